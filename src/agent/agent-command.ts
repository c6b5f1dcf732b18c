import getPort, { portNumbers } from 'get-port'
import { spawn } from 'node:child_process'
import { closeSync, fstatSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Address, formatAddress, parseAddress } from './address.ts'
import { AgentError } from './agent-error.ts'
import { endChild, endOf } from './child-end.ts'
import { checkProgram } from './find-program.ts'
import { tailOf } from './log-tail.ts'
import { sayHello } from './say-hello.ts'
import { splitCommand } from './split-command.ts'

/** An agent that is not ours, up: it has answered a HELLO. */
export interface RunningAgent extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** null where it is not known: it ran already, or was started behind a prefix. Look behind its port then. */
  readonly pid: number | null
  /** Settles when the process ends: its exit code or signal in words. Never for one that ran already. */
  readonly ended: Promise<string>
}

export interface AgentCommandOptions {
  /** A program and its arguments, with `{port}` where its port goes; `{delay_ms}` if it can wait. No shell. */
  readonly command: string
  /** Where it is started; relative programs are looked for here. */
  readonly cwd: string
  /** All that it writes goes to the end of this file. */
  readonly logFile: string
  /** What `{delay_ms}` stands for. Default 0; another number needs a command that has it. */
  readonly delayMs?: number
  /**
   * Words to put before the program; their process passes SIGTERM on and kills it when its standard input
   * closes. `guardCommand({ withDescendants: true })` of src/host: then nothing outlives us, SIGKILL included.
   * Default none: what we start outlives a SIGKILL of ours.
   */
  readonly prefix?: readonly string[]
  /** Beside our own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** From its start to the first AGENT-HELLO. Default 10,000. */
  readonly readyMs?: number
}

const host = '127.0.0.1'
const defaultReadyMs = 10_000
const pollMs = 20

/**
 * Starts an agent by its command on a free port of 127.0.0.1 and waits until it answers a HELLO. Disposing
 * of it ends it: SIGTERM, and SIGKILL two seconds later.
 *
 * @throws AgentError `invalidOption` for a command that can't be started; `commandFailed` where it ends before
 * it is ready, with the last lines of its log; `notListening`, `notSpop` where it isn't ready in time;
 * `interrupted`. Nothing is left running then.
 */
export async function startAgentCommand(options: AgentCommandOptions): Promise<RunningAgent> {
  const { cwd, logFile, prefix = [], signal } = options
  const port = await pickPort()
  const { words, env } = splitCommand(fillIn(options, port))
  const ownEnv: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: '', ...options.env, ...env }
  checkProgram(words[0], cwd, ownEnv['PATH'])
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a')
  const from = fstatSync(log).size
  const [file = '', ...args] = [...prefix, ...words]
  const child = spawn(file, args, {
    cwd,
    // What Vitest tells its own processes (loaders, inspectors) is not for the measured one.
    env: ownEnv,
    // An open standard input is what a guard takes for our being alive. The kernel writes the log, not we.
    stdio: [prefix.length === 0 ? 'ignore' : 'pipe', log, log],
  })
  closeSync(log)
  child.stdin?.on('error', () => {})
  const ended = endOf(child)
  const agent: RunningAgent = {
    host,
    port,
    pid: prefix.length === 0 ? (child.pid ?? null) : null,
    ended,
    [Symbol.asyncDispose]: () => endChild(child, ended),
  }
  try {
    await untilReady(agent, {
      said: () => `${tailOf(logFile, from)}\nAll of it is in ${logFile}.`,
      signal,
      readyMs: options.readyMs ?? defaultReadyMs,
    })
    return agent
  } catch (error) {
    await endChild(child, ended)
    throw error
  }
}

/**
 * An agent that runs already; disposing of this leaves it alone.
 *
 * @param address `host:port`
 * @throws AgentError `invalidOption`, `notListening`, `notSpop` with one sentence for the user; `interrupted`
 */
export async function reachAgent(address: string, signal?: AbortSignal): Promise<RunningAgent> {
  const parsed = parseAddress(address)
  if (parsed === null || parsed.port === 0) {
    throw new AgentError(
      'invalidOption',
      `Expected the agent's address to be host:port such as 127.0.0.1:9000, got "${address}".`,
    )
  }
  // HAProxy and we could make different addresses of it.
  const reached: Address = parsed.host === 'localhost' ? { ...parsed, host } : parsed
  await sayHello(reached.host, reached.port)
  if (signal?.aborted === true) throw interrupted(reached)
  return {
    ...reached,
    pid: null,
    ended: new Promise(() => {}),
    [Symbol.asyncDispose]: async () => {},
  }
}

/** Below the kernel's own range: a port from there can be a connection's source before the agent binds it. */
function pickPort(): Promise<number> {
  const first = 18_000 + Math.floor(Math.random() * 1_000)
  return getPort({ host, port: portNumbers(first, 19_999) })
}

function fillIn({ command, delayMs = 0 }: AgentCommandOptions, port: number): string {
  if (!command.includes('{port}')) {
    throw new AgentError(
      'invalidOption',
      `Expected the agent's command to have {port} where its port goes, got "${command}": ` +
        'an agent on a port of its own is started by hand and measured by its address.',
    )
  }
  if (delayMs !== 0 && !command.includes('{delay_ms}')) {
    throw new AgentError(
      'invalidOption',
      `Expected a command with {delay_ms} for a delay of ${delayMs} ms, got "${command}".`,
    )
  }
  return command.replaceAll('{port}', String(port)).replaceAll('{delay_ms}', String(delayMs))
}

interface Readiness {
  /** What it has written since it was started, for an error message. */
  readonly said: () => string
  readonly signal: AbortSignal | undefined
  readonly readyMs: number
}

/** Who listens before he answers is asked again; who answers something else is not. */
async function untilReady(agent: RunningAgent, { said, signal, readyMs }: Readiness): Promise<void> {
  const deadline = performance.now() + readyMs
  const aborted = Promise.withResolvers<string>()
  const abort = (): void => aborted.resolve('')
  signal?.addEventListener('abort', abort, { once: true })
  let how: string | undefined
  void agent.ended.then((end) => (how = end))
  try {
    for (;;) {
      const leftMs = Math.ceil(Math.max(1, deadline - performance.now()))
      const hello = sayHello(agent.host, agent.port, leftMs).catch((error: AgentError) => error)
      const outcome = await Promise.race([hello, agent.ended, aborted.promise])
      if (signal?.aborted === true) throw interrupted(agent)
      // It can have ended while somebody else answered on its port.
      if (how !== undefined) {
        throw new AgentError(
          'commandFailed',
          `Expected the agent to listen on ${formatAddress(agent)}; it ended (${how}) and said: ${said()}`,
        )
      }
      if (!(outcome instanceof AgentError)) return
      const isLate = performance.now() > deadline
      if (outcome.code !== 'notListening' || isLate) {
        const late = isLate ? ` (it was given ${readyMs} ms)` : ''
        throw new AgentError(outcome.code, `${outcome.message}${late}; its log says: ${said()}`, {
          cause: outcome,
        })
      }
      await delay(pollMs)
    }
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function interrupted(address: Address): AgentError {
  return new AgentError('interrupted', `Starting the agent on ${formatAddress(address)} was interrupted.`)
}
