import { parseCount } from '../trial/peers/peer.ts'
import { parseList } from '../trial/versions/options.ts'
import { TrialError } from '../trial/trial-error.ts'
import { listShapes, parseSweep, type SweepName } from './cells.ts'
import { leastSeconds } from './plan-rates.ts'

/** What a user may choose of bench:rates. */
export interface RatesSizes {
  /** Arrivals a second, ascending; null: found by asking each HAProxy for more than it takes. */
  readonly rates: readonly number[] | null
  /** How long one release may take. */
  readonly seconds: number
  readonly rounds: number
  readonly threads: readonly number[]
  readonly sweep: SweepName | null
}

/**
 * Reads SPOE_BENCH_STEPS, _SECONDS, _ROUNDS, _NBTHREAD and _SWEEP.
 * @throws {TrialError} `usage` with one sentence for the user
 */
export function parseRatesSizes(env: NodeJS.ProcessEnv): RatesSizes {
  const steps = env['SPOE_BENCH_STEPS']
  return {
    rates:
      steps === undefined
        ? null
        : parseList('steps', steps, /^[1-9]\d{0,5}$/, '500,2000,8000')
            .map(Number)
            .toSorted((a, b) => a - b),
    seconds: parseCount('seconds', env['SPOE_BENCH_SECONDS'], 180),
    rounds: parseCount('rounds', env['SPOE_BENCH_ROUNDS'], 6),
    threads: parseList('nbthread', env['SPOE_BENCH_NBTHREAD'] ?? '1', /^[1-9]\d?$/, '1,2').map(Number),
    sweep: parseSweep(env['SPOE_BENCH_SWEEP']),
  }
}

/** Beforehand, as far as it is known: how long rates take that are found on the way is not. @throws {TrialError} `usage` */
export function expectTime({ rates, seconds, rounds, threads, sweep }: RatesSizes): void {
  const cells = listShapes(sweep, threads).length
  const least = leastSeconds(cells, rates, rounds)
  if (seconds >= least) return
  throw new TrialError(
    'usage',
    `Expected --seconds of ${least} or more for ${cells} cells of a release in ${rounds} rounds, ` +
      `got ${seconds}: name more, or fewer --steps or --rounds.`,
  )
}
