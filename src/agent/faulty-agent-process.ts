import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { siblingModule } from '../record/sibling-module.ts'
import { AgentProcessEnded } from './agent-process.ts'
import type { AgentFault } from './faults.ts'

const script = fileURLToPath(siblingModule('./faulty-agent-child', import.meta.url))

/** Longest wait for the child, in milliseconds. */
export const answerTimeoutMs = 10_000

/** The end of its standard error, which says why a child ended by itself. */
const keptStderrLength = 2000

/** When a change began and when it was done, in µs of the machine's monotonic clock. */
export interface Failed {
  readonly fromUs: number
  readonly toUs: number
}

export interface FaultyAgentProcess extends AsyncDisposable {
  readonly pid: number
  /**
   * When it was not yet listening, and when it was.
   * @throws AgentProcessEnded where it ends before that, or says nothing for ten seconds
   */
  readonly started: Promise<Failed>
  /** @throws AgentProcessEnded where nobody answers */
  fail(fault: AgentFault): Promise<Failed>
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<Failed>
}

/**
 * Starts an agent that fails on purpose (`startFaultyAgent`) in a process of its own; it ends with us.
 * @param port to listen on, outside the range of source ports: it has to be free again after `refused` or `kill`
 */
export function startFaultyAgentProcess(port: number, lateMs: number): FaultyAgentProcess {
  const child = fork(script, [port, lateMs].map(String), {
    execArgv: ['--no-warnings'],
    stdio: ['inherit', 'inherit', 'pipe', 'ipc'],
    // What Vitest tells its own processes (loaders, inspectors) is not for this one.
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-keptStderrLength)
  })
  const exited = once(child, 'exit')
  // After its last word, which may come later than its end.
  const closed = once(child, 'close')
  // Where it can't be started both fail; whoever waits for one of them is told.
  for (const end of [exited, closed]) end.catch(() => {})

  async function answer(): Promise<Failed> {
    const timeout = AbortSignal.timeout(answerTimeoutMs)
    const message = (once(child, 'message', { signal: timeout }) as Promise<[Failed]>).catch(
      (cause: unknown) => {
        throw new AgentProcessEnded(
          `Expected the failing agent's process to answer in ${answerTimeoutMs} ms; ${quote(said)}`,
          { cause },
        )
      },
    )
    const end = closed.then(([code, signal]): never => {
      throw new AgentProcessEnded(
        `Expected the failing agent's process to live, it ended with ${signal ?? `code ${code}`}; ${quote(said)}`,
      )
    })
    const [failed] = await Promise.race([end, message])
    return failed
  }
  async function kill(): Promise<Failed> {
    const fromUs = nowUs()
    child.kill('SIGKILL')
    await exited
    return { fromUs, toUs: nowUs() }
  }
  return {
    pid: child.pid ?? 0,
    started: answer(),
    fail(fault) {
      child.send(fault)
      return answer()
    },
    kill,
    [Symbol.asyncDispose]: async () => void (await kill()),
  }
}

function quote(said: string): string {
  return `it said: ${said.trim() || 'nothing'}`
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}
