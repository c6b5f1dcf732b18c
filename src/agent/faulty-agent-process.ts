import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { siblingModule } from '../record/sibling-module.ts'
import { AgentProcessEnded } from './agent-process.ts'
import type { AgentFault } from './faults.ts'

const script = fileURLToPath(siblingModule('./faulty-agent-child', import.meta.url))

/** Longest wait for the child, in milliseconds. */
const answerTimeoutMs = 10_000

/** When a change began and when it was done, in µs of the machine's monotonic clock. */
export interface Failed {
  readonly fromUs: number
  readonly toUs: number
}

export interface FaultyAgentProcess extends AsyncDisposable {
  readonly pid: number
  /** When it was not yet listening, and when it was. */
  readonly started: Failed
  /** @throws AgentProcessEnded where nobody answers */
  fail(fault: AgentFault): Promise<Failed>
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<Failed>
}

/**
 * Starts an agent that fails on purpose (`startFaultyAgent`) in a process of its own; it ends with us.
 * @param port to listen on, outside the range of source ports: it has to be free again after `refused` or `kill`
 * @throws AgentProcessEnded where it ends before it listens
 */
export async function startFaultyAgentProcess(port: number, lateMs: number): Promise<FaultyAgentProcess> {
  const child = fork(script, [port, lateMs].map(String), {
    execArgv: ['--no-warnings'],
    stdio: 'inherit',
    // What Vitest tells its own processes (loaders, inspectors) is not for this one.
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const exited = once(child, 'exit')
  const kill = async (): Promise<Failed> => {
    const fromUs = nowUs()
    child.kill('SIGKILL')
    await exited
    return { fromUs, toUs: nowUs() }
  }
  const started = await answerOf(child, exited)
  return {
    pid: child.pid ?? 0,
    started,
    fail(fault) {
      child.send(fault)
      return answerOf(child, exited)
    },
    kill,
    [Symbol.asyncDispose]: async () => void (await kill()),
  }
}

async function answerOf(child: ChildProcess, exited: Promise<unknown[]>): Promise<Failed> {
  const timeout = AbortSignal.timeout(answerTimeoutMs)
  const answer = (once(child, 'message', { signal: timeout }) as Promise<[Failed]>).catch(
    (cause: unknown) => {
      child.kill('SIGKILL')
      throw new AgentProcessEnded(`Expected the failing agent's process to answer in ${answerTimeoutMs} ms`, {
        cause,
      })
    },
  )
  const end = exited.then(([code]): never => {
    throw new AgentProcessEnded(
      `Expected the failing agent's process to live, it ended with code ${String(code)}`,
    )
  })
  const [message] = await Promise.race([end, answer])
  return message
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}
