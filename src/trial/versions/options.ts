import type { VersionsDesign } from '../../record/versions.ts'
import { parseCount } from '../peers/peer.ts'
import { TrialError } from '../trial-error.ts'

/** What a user may choose of a comparison of HAProxys. */
export interface VersionsSizes extends Pick<VersionsDesign, 'sleepsMs' | 'rounds' | 'blocksPerRound'> {
  /** Threads of every HAProxy. */
  readonly threads: readonly number[]
}

/**
 * Reads SPOE_BENCH_SLEEPS (ms), _BLOCKS (in all), _ROUNDS and _NBTHREAD.
 *
 * @throws {TrialError} `usage` with one sentence for the user
 */
export function parseVersionsSizes(env: NodeJS.ProcessEnv): VersionsSizes {
  const rounds = parseCount('rounds', env['SPOE_BENCH_ROUNDS'], 4)
  const blocks = parseCount('blocks', env['SPOE_BENCH_BLOCKS'], 1000)
  return {
    sleepsMs: parseList('sleeps', env['SPOE_BENCH_SLEEPS'] ?? '0,10', /^\d{1,4}$/, '0,10').map(Number),
    threads: parseList('nbthread', env['SPOE_BENCH_NBTHREAD'] ?? '1', /^[1-9]\d?$/, '1,2').map(Number),
    rounds,
    blocksPerRound: Math.ceil(blocks / rounds),
  }
}

/** `3.2,3.4`, or `none`; null where nothing is said. @throws {TrialError} `usage` */
export function parseReleases(text: string | undefined): readonly string[] | null {
  if (text === undefined) return null
  return text === 'none' ? [] : parseList('releases', text, /^\d+\.\d+$/, '3.2,3.4')
}

/** Items between commas, each once. @throws {TrialError} `usage` */
export function parseList(flag: string, text: string, form: RegExp, example: string): string[] {
  const items = [...new Set(text.split(','))]
  if (items.every((item) => form.test(item))) return items
  throw new TrialError('usage', `Expected --${flag} to be a list such as ${example}, got "${text}".`)
}
