import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { NotifyHandler } from '../agent/options.ts'
import { type SpoeEvent, spoeEvents } from '../haproxy/sections.ts'
import { connectionSchema, type Traffic } from '../record/traffic.ts'
import { type Address, parseAddress } from '../agent/address.ts'
import { readMix, type ReadMix } from '../trial/request-mix/read-mix.ts'
import { TrialError } from '../trial/trial-error.ts'
import { parseCount } from '../trial/peers/peer.ts'
import { parseMarginMs } from './margin-option.ts'

/** What `npm run run` was asked for, before anything is started. */
export interface OwnOptions {
  /** One of the three is there. */
  readonly address: string | null
  readonly command: string | null
  readonly handler: NotifyHandler | null
  /** null: an origin of ours, in a thread. */
  readonly origin: Address | null
  /** Where the command is started and files are looked for. */
  readonly cwd: string
  /** Absolute; null: the seed's message. */
  readonly spoeFile: string | null
  /** On which that message is sent; of a file of the user's it is what the file says. */
  readonly event: SpoeEvent
  readonly engine: string | null
  /** Absolute; null: no rules beside ours. */
  readonly rulesFile: string | null
  readonly rules: readonly string[]
  readonly proofVariables: readonly string[]
  /** undefined: what the seed sends. */
  readonly traffic: Traffic | undefined
  /** What the user has to know of what is made of his files, a sentence each. */
  readonly notes: readonly string[]
  readonly blocks: number
  readonly marginMs: number
}

const defaultBlocks = 2_000
const defaultMargin = '10'

/**
 * Reads the variables of the launcher's `run`; null where another suite is run.
 *
 * @throws {TrialError} `usage` with one sentence for the user
 */
export function readOwnOptions(
  env: NodeJS.ProcessEnv,
  handler: NotifyHandler | null = null,
): OwnOptions | null {
  if (env['SPOE_BENCH_SUITE'] !== 'own') return null
  const address = env['SPOE_BENCH_AGENT'] ?? null
  const command = env['SPOE_BENCH_AGENT_CMD'] ?? null
  if (handler === null && (address === null) === (command === null)) {
    throw usage(
      "Expected an agent to measure, either --agent-cmd './my-spoa -p {port}' or --agent host:port, got " +
        `${address === null ? 'neither' : 'both'}.`,
    )
  }
  const cwd = env['SPOE_BENCH_CWD'] ?? process.cwd()
  const spoeFile = pathOf(env['SPOE_BENCH_SPOE_CONFIG'], cwd)
  const rulesFile = pathOf(env['SPOE_BENCH_RULES'], cwd)
  const proofVariables = (env['SPOE_BENCH_PROOF_VARS'] ?? '').split(' ').filter((name) => name !== '')
  const event = readEvent(env['SPOE_BENCH_EVENT'], spoeFile)
  if (spoeFile !== null) readText('--spoe-config', spoeFile)
  else if (env['SPOE_BENCH_ENGINE'] !== undefined) {
    throw usage('Expected --engine together with --spoe-config, the file that has it.')
  }
  const marginMs = parseMarginMs(env['SPOE_BENCH_MARGIN_MS'] ?? defaultMargin)
  const requestsFile = pathOf(env['SPOE_BENCH_REQUESTS'], cwd)
  const read = requestsFile === null ? null : readMix(requestsFile)
  return {
    address,
    command,
    handler,
    origin: readOrigin(env['SPOE_BENCH_ORIGIN']),
    cwd,
    spoeFile,
    event,
    engine: env['SPOE_BENCH_ENGINE'] ?? null,
    rulesFile,
    rules: rulesFile === null ? [] : readText('--rules', rulesFile).trimEnd().split('\n'),
    proofVariables,
    traffic: trafficOf(env['SPOE_BENCH_CONNECTION'], read?.mix),
    notes: read === null ? [] : read.notes.map((note) => `${read.mix.from}: ${note}`),
    blocks: parseCount('blocks', env['SPOE_BENCH_BLOCKS'], defaultBlocks),
    marginMs,
  }
}

function trafficOf(connection = 'new', mix: ReadMix['mix'] | undefined): Traffic | undefined {
  const parsed = connectionSchema.safeParse(connection)
  if (!parsed.success) {
    throw usage(`Expected --connection to be ${connectionSchema.options.join(' or ')}, got "${connection}".`)
  }
  if (mix !== undefined) return { connection: parsed.data, mix }
  return parsed.data === 'new' ? undefined : { connection: parsed.data }
}

function readEvent(text: string | undefined, spoeFile: string | null): SpoeEvent {
  if (text === undefined) return 'on-client-session'
  if (spoeFile !== null) {
    throw usage(
      `Expected --event without --spoe-config: on which events its messages go is said in ${spoeFile}.`,
    )
  }
  const event = spoeEvents.find((known) => known === text)
  if (event === undefined)
    throw usage(`Expected --event to be one of ${spoeEvents.join(', ')}, got "${text}".`)
  return event
}

function readOrigin(text: string | undefined): Address | null {
  if (text === undefined) return null
  const address = parseAddress(text)
  if (address !== null && address.port > 0 && !address.host.includes(':')) return address
  throw usage(`Expected --origin to be HOST:PORT such as 10.0.0.6:12347, got "${text}".`)
}

function pathOf(path: string | undefined, cwd: string): string | null {
  return path === undefined ? null : resolve(cwd, path)
}

function readText(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TrialError('usage', `Expected ${flag} to be a file that can be read, got ${path}.`, { cause })
  }
}

function usage(message: string): TrialError {
  return new TrialError('usage', message)
}
