import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { AgentError } from './agent-error.ts'

const script = fileURLToPath(new URL('agent-process-child.ts', import.meta.url))

/** What the child says of itself; the counts since it started. */
export interface AgentReport {
  /** Bytes that are in use on the heap after a full collection, and what its buffers hold outside of it. */
  readonly heapBytes: number
  readonly bufferBytes: number
  readonly connections: number
  /** NOTIFYs that the handler saw. */
  readonly notifies: number
  /** Errors that `onError` was told of, by `<kind> <code>`. */
  readonly errors: Readonly<Record<string, number>>
}

/** The seed's agent in a process of its own, which answers at once and sets `sess.ip_score` to 50. */
export interface AgentProcess extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  /** Collects garbage there, and asks how it is. */
  report(): Promise<AgentReport>
  /** Lets it drain and end; its exit code. */
  close(): Promise<number | null>
}

/**
 * Starts an agent as a child process; it ends with us.
 * @throws AgentError `listenFailed` where it ends before it listens.
 */
export async function startAgentProcess(): Promise<AgentProcess> {
  const child = fork(script, { execArgv: ['--expose-gc', '--no-warnings'], stdio: 'inherit' })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const port = await ask<number>(child, exited)
  const close = async (): Promise<number | null> => {
    if (child.connected) child.disconnect()
    return (await exited)[0]
  }
  return {
    port,
    pid: child.pid ?? 0,
    report: () => {
      child.send('report')
      return ask(child, exited)
    },
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
  }
}

/** The child's next message. */
async function ask<T>(child: ChildProcess, exited: Promise<[number | null]>): Promise<T> {
  const answer = once(child, 'message') as Promise<[T]>
  const [message] = await Promise.race([
    answer,
    exited.then(([code]) => {
      throw new AgentError(
        'listenFailed',
        `Expected the agent's process to answer, it ended with code ${code}`,
      )
    }),
  ])
  return message
}
