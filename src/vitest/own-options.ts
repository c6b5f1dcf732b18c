import type { NotifyHandler } from '../agent/options.ts'
import { type Address, parseAddress } from '../agent/address.ts'
import { TrialError } from '../trial/trial-error.ts'
import { parseCount } from '../trial/peers/peer.ts'
import { parseMarginMs } from './margin-option.ts'
import { readTraffic, type TrafficOptions } from './traffic-options.ts'
import { readUserFiles, type UserFiles } from './user-files.ts'

/** What `npm run run` was asked for, before anything is started. */
export interface OwnOptions extends UserFiles, TrafficOptions {
  /** One of the three is there. */
  readonly address: string | null
  readonly command: string | null
  readonly handler: NotifyHandler | null
  /** null: an origin of ours, in a thread. */
  readonly origin: Address | null
  /** Where the command is started and files are looked for. */
  readonly cwd: string
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
  const marginMs = parseMarginMs(env['SPOE_BENCH_MARGIN_MS'] ?? defaultMargin)
  return {
    address,
    command,
    handler,
    origin: readOrigin(env['SPOE_BENCH_ORIGIN']),
    cwd,
    ...readUserFiles(env, cwd),
    ...readTraffic(env, cwd),
    blocks: parseCount('blocks', env['SPOE_BENCH_BLOCKS'], defaultBlocks),
    marginMs,
  }
}

function readOrigin(text: string | undefined): Address | null {
  if (text === undefined) return null
  const address = parseAddress(text)
  if (address !== null && address.port > 0 && !address.host.includes(':')) return address
  throw usage(`Expected --origin to be HOST:PORT such as 10.0.0.6:12347, got "${text}".`)
}

function usage(message: string): TrialError {
  return new TrialError('usage', message)
}
