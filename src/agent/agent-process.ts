import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { siblingModule } from '../record/sibling-module.ts'

const script = fileURLToPath(siblingModule('./agent-process-child', import.meta.url))

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

/** The agent's process ended, or stopped answering, where it had to go on. */
export class AgentProcessEnded extends Error {
  override readonly name = 'AgentProcessEnded'
}

/** Longest wait for an answer of the child, in milliseconds: an agent caught in a loop never answers. */
const answerTimeoutMs = 30_000

/** The seed's agent in a process of its own, which answers at once and sets `sess.ip_score` to 50. */
export interface AgentProcess extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  /**
   * Collects garbage there, and asks how it is.
   * @throws AgentProcessEnded where nobody answers.
   */
  report(): Promise<AgentReport>
  /** Lets it drain and end; its exit code. */
  close(): Promise<number | null>
}

/**
 * Starts an agent as a child process; it ends with us.
 * @throws AgentProcessEnded where it ends before it listens.
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
      if (child.connected) child.send('report')
      return ask(child, exited)
    },
    close,
    [Symbol.asyncDispose]: async () => void (await close()),
  }
}

/** The child's next message. */
async function ask<T>(child: ChildProcess, exited: Promise<[number | null]>): Promise<T> {
  const timeout = AbortSignal.timeout(answerTimeoutMs)
  const answer = (once(child, 'message', { signal: timeout }) as Promise<[T]>).catch((cause: unknown) => {
    child.kill('SIGKILL')
    const problem = timeout.aborted ? `got nothing in ${answerTimeoutMs} ms` : String(cause)
    throw new AgentProcessEnded(`Expected the agent's process to answer, ${problem}`, { cause })
  })
  const end = exited.then(([code]) => {
    throw new AgentProcessEnded(`Expected the agent's process to answer, it ended with code ${code}`)
  })
  // The end, where there is one, explains why no answer could be had.
  const [message] = await Promise.race([end, answer])
  return message
}
