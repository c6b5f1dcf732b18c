import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseAddress } from '../agent/address.ts'
import { isLoopback } from '../load/loopback.ts'
import { loopback } from '../trial/boot-case.ts'
import { parseCount } from '../trial/peers/peer.ts'
import { TrialError } from '../trial/trial-error.ts'
import { parseMarginMs } from './margin-option.ts'

/** What `npm run export` was asked for, before anything is started. */
export interface ExportOptions {
  /** Absolute; not there yet. */
  readonly folder: string
  readonly host: string
  /** null: free ones. */
  readonly firstPort: number | null
  readonly workers: number
  /** Of each sleep, over all workers. */
  readonly blocks: number
  readonly agentSleepsMs: readonly number[]
  readonly marginMs: number
}

const defaultWorkers = 3
const defaultBlocks = 1_500
const defaultSleeps = '0'
const defaultMargin = '2'

/**
 * Reads the variables of the launcher's `export`; null where another suite is run.
 *
 * @throws {TrialError} `usage` with one sentence for the user
 */
export function readExportOptions(env: NodeJS.ProcessEnv): ExportOptions | null {
  if (env['SPOE_BENCH_SUITE'] !== 'export') return null
  const named = env['SPOE_BENCH_EXPORT'] ?? ''
  if (named === '') throw usage('Expected --artillery with a folder for the script and the shares, got none.')
  const folder = resolve(env['SPOE_BENCH_CWD'] ?? process.cwd(), named)
  if (existsSync(folder)) {
    throw usage(`Expected --artillery to name a folder that is not there yet, got ${folder}.`)
  }
  const { host, port } = readTarget(env['SPOE_BENCH_TARGET'])
  if (!isLoopback(host) && env['SPOE_BENCH_OWN_HOST'] === undefined) {
    throw usage(
      `Expected a target on loopback, got ${host}: load it only if it is yours, and say so with --i-own-this-host.`,
    )
  }
  const sleeps = env['SPOE_BENCH_SLEEPS'] ?? defaultSleeps
  const agentSleepsMs = sleeps.split(',').map(Number)
  if (new Set(agentSleepsMs).size !== agentSleepsMs.length) {
    throw usage(`Expected --sleeps to name every sleep once, got "${sleeps}".`)
  }
  const workers = parseCount('workers', env['SPOE_BENCH_WORKERS'], defaultWorkers)
  const blocks = parseCount('blocks', env['SPOE_BENCH_BLOCKS'], defaultBlocks)
  if (workers > blocks) {
    throw usage(
      `Expected a block for every worker at least, got --blocks ${blocks} for --workers ${workers}.`,
    )
  }
  return {
    folder,
    host,
    firstPort: port,
    workers,
    blocks,
    agentSleepsMs,
    marginMs: parseMarginMs(env['SPOE_BENCH_MARGIN_MS'] ?? defaultMargin),
  }
}

/** `host:port` or `host`. IPv6 is not served: HAProxy would want its address in another form. */
function readTarget(text: string | undefined): { host: string; port: number | null } {
  if (text === undefined) return { host: loopback, port: null }
  const address = parseAddress(text) ?? parseAddress(`${text}:0`)
  if (address === null || address.host.includes(':')) {
    throw usage(`Expected --target to be HOST or HOST:PORT such as 10.0.0.5:20000, got "${text}".`)
  }
  return { host: address.host, port: address.port === 0 ? null : address.port }
}

function usage(message: string): TrialError {
  return new TrialError('usage', message)
}
