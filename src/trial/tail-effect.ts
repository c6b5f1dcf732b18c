import { createRandom, deriveKey } from '../record/random.ts'
import type { TailEffect } from '../record/run.ts'
import { toMs } from '../record/units.ts'
import { bootstrapQuantileDifference } from '../stats/bootstrap-quantile.ts'
import { p99MinimumCount } from '../stats/quantile.ts'
import type { BootstrapInterval } from '../stats/stationary-resampling.ts'
import type { EffectOptions } from './effect.ts'

/** The same numbers for every pair, as in effect.ts. */
const resamplingKey = deriveKey(new Uint8Array(32), 'bootstrap-p99')

/** Difference of the 99th percentiles of two arms, block by block in ns; null below 1,000 blocks. */
export function estimateTail(
  first: readonly number[],
  second: readonly number[],
  { level, resamples }: EffectOptions,
): TailEffect | null {
  if (first.length < p99MinimumCount || first.length !== second.length) return null
  const at = (twoSidedLevel: number): BootstrapInterval =>
    bootstrapQuantileDifference(first, second, {
      level: twoSidedLevel,
      probability: 0.99,
      resamples,
      random: createRandom(resamplingKey),
    })
  const { estimate, lower, upper } = at(level)
  // Equal tails, so that either end of this one is a one-sided bound at `level`.
  const bounds = at(2 * level - 1)
  return {
    count: first.length,
    estimate: toMs(estimate),
    lower: toMs(lower),
    upper: toMs(upper),
    level,
    bounds: { lower: toMs(bounds.lower), upper: toMs(bounds.upper), level },
  }
}
