import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { setVar } from '../spop/action.ts'
import { quote } from '../spop/quote.ts'
import { formatAddress, parseAddress } from './address.ts'
import { AgentError } from './agent-error.ts'
import type { Notify, NotifyHandler } from './options.ts'
import { startAgent } from './server.ts'
import { sleepUntil } from './sleep.ts'

const usage = `Usage: npm run agent -- [--listen 127.0.0.1:12345] [--delay-ms 0] [--spin-ms 0] [--score 50]

An SPOP agent for any HAProxy: it checks that the first message has an address in its argument "ip", waits,
and sets the session variable "ip_score".

  --listen HOST:PORT  address to listen on; [::1]:12345 for IPv6, port 0 for any free one
  --delay-ms NUMBER   milliseconds before each answer, never less (0 answers at once)
  --spin-ms NUMBER    milliseconds of processor time on top of that: a slower agent, to see a gate fail
  --score INTEGER     what ip_score is set to
  --help              this text`

/** What the command was asked for. */
export interface CommandOptions {
  readonly host: string
  readonly port: number
  readonly delayMs: number
  readonly spinMs: number
  readonly score: number
}

/** The longest delay, in milliseconds: what a timer of Node can wait. */
const maxDelayMs = 2 ** 31 - 1

/** The longest spin, in milliseconds: nothing else is answered meanwhile. */
const maxSpinMs = 1_000

/**
 * Reads the command's arguments; undefined is a request for help.
 * @throws AgentError `invalidOption` with one sentence for the user.
 */
export function parseCommand(args: readonly string[]): CommandOptions | undefined {
  const values = parseFlags(args)
  if (values.help) return undefined
  const address = parseAddress(values.listen)
  if (address === null) {
    throw invalid(`Expected --listen to be HOST:PORT such as 127.0.0.1:12345, got "${values.listen}"`)
  }
  const delayMs = readMs('--delay-ms', values['delay-ms'], maxDelayMs)
  const spinMs = readMs('--spin-ms', values['spin-ms'], maxSpinMs)
  const score = /^-?\d+$/.test(values.score) ? Number(values.score) : Infinity
  if ((score | 0) !== score) {
    throw invalid(`Expected --score to be an integer of -2147483648 to 2147483647, got "${values.score}"`)
  }
  return { ...address, delayMs, spinMs, score }
}

function readMs(flag: string, text: string, max: number): number {
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Infinity
  if (ms <= max) return ms
  throw invalid(`Expected ${flag} to be a number of 0 to ${max}, got "${text}"`)
}

function parseFlags(args: readonly string[]): {
  help: boolean
  listen: string
  'delay-ms': string
  'spin-ms': string
  score: string
} {
  try {
    return parseArgs({
      args: joinNegativeNumbers(args),
      options: {
        help: { type: 'boolean', default: false },
        listen: { type: 'string', default: '127.0.0.1:12345' },
        'delay-ms': { type: 'string', default: '0' },
        'spin-ms': { type: 'string', default: '0' },
        score: { type: 'string', default: '50' },
      },
    }).values
  } catch (cause) {
    throw new AgentError('invalidOption', explain(cause as NodeJS.ErrnoException), { cause })
  }
}

/** `--score -5` as `--score=-5`: parseArgs wants to know which is meant. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const arg of args) {
    if (/^-\d/.test(arg) && joined.at(-1)?.startsWith('--')) joined.push(`${joined.pop()}=${arg}`)
    else joined.push(arg)
  }
  return joined
}

/** One sentence in place of Node's several. */
function explain({ code, message }: NodeJS.ErrnoException): string {
  const [, culprit = 'none'] = /'(-[^' ]*|[^']*)/.exec(message) ?? []
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    return culprit === '--help' ? 'Expected --help without a value' : `Expected a value after ${culprit}`
  }
  return `Expected --listen, --delay-ms, --spin-ms, --score or --help, got ${quote(culprit)}`
}

/** Signals this close together are one and the same. */
const doubleSignalMs = 500

function invalid(message: string): AgentError {
  return new AgentError('invalidOption', message)
}

function nowNs(): number {
  return Number(process.hrtime.bigint())
}

function checkAddress({ messages }: Notify): void {
  const ip = messages[0]?.arg('ip')
  if (ip?.type === 'ipv4' || ip?.type === 'ipv6') return
  throw new Error(`Expected an address in argument "ip" of the first message, got ${ip?.type ?? 'none'}`)
}

/** The seed's agent: checks message and address, waits, spins, sets the score. */
function createHandler({ delayMs, spinMs, score }: CommandOptions): NotifyHandler {
  const actions = [setVar('sess', 'ip_score', score)]
  const spin = (): typeof actions => {
    const untilNs = nowNs() + spinMs * 1_000_000
    while (nowNs() < untilNs);
    return actions
  }
  return (notify) => {
    checkAddress(notify)
    if (delayMs === 0) return spin()
    return sleepUntil(nowNs, nowNs() + delayMs * 1_000_000).then(spin)
  }
}

/** Serves until SIGTERM or SIGINT, then drains; a later signal ends it at once. Sets the exit code: 2 for arguments or an address it cannot use. */
export async function runCommand(args: readonly string[]): Promise<void> {
  try {
    const options = parseCommand(args)
    if (!options) {
      process.stdout.write(`${usage}\n`)
      return
    }
    const agent = await startAgent({
      host: options.host,
      port: options.port,
      handler: createHandler(options),
      onError: (error) => process.stderr.write(`agent: ${error.message}\n`),
      // However long the delay was asked to be, it is no failure.
      limits: {
        handlerTimeoutMs: 0,
        closeTimeoutMs: Math.min(Math.ceil(options.delayMs) + 5_000, maxDelayMs),
      },
    })
    process.stdout.write(
      `agent: listening on ${formatAddress(agent)}, delay ${options.delayMs} ms, score ${options.score}\n`,
    )
    // Ctrl-C comes twice, from the terminal and by way of the launcher; one that is meant comes later.
    let firstAtMs: number | undefined
    const stop = (): void => {
      if (firstAtMs !== undefined && performance.now() - firstAtMs > doubleSignalMs) process.exit(1)
      firstAtMs ??= performance.now()
      void agent.close()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    process.stderr.write(`agent: ${error.message}\n`)
    process.exitCode = 2
  }
}

// import.meta.main would say it, from Node 24.2 on.
if (process.argv[1] === fileURLToPath(import.meta.url)) await runCommand(process.argv.slice(2))
