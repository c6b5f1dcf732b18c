/**
 * Interval and test of a shift by the signed-rank statistic, both read off the Walsh averages: V at a shift
 * is the number of averages above it (Tukey's identity; Lehmann 1975, "Nonparametrics", section 4).
 * They agree by construction: a one-sided p is at most alpha exactly when the bound at 1 - alpha has passed
 * the shift.
 *
 * Ties and zeros: every average that equals the tested shift counts against the alternative, so the interval
 * is closed and p is never too small. (Break the ties by any vanishing symmetric noise: V can only fall, and
 * then its distribution is the exact one.) R drops zeros and turns to a normal curve there; where it is
 * exact, without ties and zeros, the two are the same.
 */
import { type Sample, sortAscending } from './order.ts'
import { countNeeded, exactCountLimit, signedRankOrder, signedRankTail } from './signed-rank-null.ts'
import { requireProbability } from './stats-error.ts'
import { countPairs, selectWalshAverage, walkStaircase } from './walsh.ts'

/** `lower` gives a lower bound only, `upper` an upper bound only, each with the whole error on its side. */
export type Sides = 'two' | 'lower' | 'upper'

export type ShiftInterval = {
  /** null: unbounded, because it was not asked for or because the sample is too small. */
  readonly lower: number | null
  readonly upper: number | null
  readonly level: number
  readonly sides: Sides
  /** Coverage for a continuous symmetric distribution: at least `level` where exact. */
  readonly achievedLevel: number
  readonly method: 'exact' | 'normal'
  /** null when the sample is large enough for its level, else the count that would be. */
  readonly neededCount: number | null
}

/**
 * Interval of the shift, in the unit of the differences.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE, OUT_OF_RANGE
 */
export function signedRankInterval(
  differences: Sample,
  { level, sides }: { level: number; sides: Sides },
): ShiftInterval {
  requireProbability('level', level)
  const sorted = sortAscending(differences)
  const count = sorted.length
  const alpha = sides === 'two' ? (1 - level) / 2 : 1 - level
  const k = signedRankOrder(count, alpha)
  return {
    lower: k > 0 && sides !== 'upper' ? selectWalshAverage(sorted, k) : null,
    upper: k > 0 && sides !== 'lower' ? selectWalshAverage(sorted, countPairs(count) + 1 - k) : null,
    level,
    sides,
    achievedLevel: 1 - (sides === 'two' ? 2 : 1) * signedRankTail(count, k - 1),
    method: count > exactCountLimit ? 'normal' : 'exact',
    neededCount: k > 0 ? null : countNeeded(alpha),
  }
}

/** `less`: the shift lies below the tested one. */
export type Alternative = 'less' | 'greater' | 'two'

/**
 * p-value of the null hypothesis that the differences are symmetric about `shift` (or beyond it, against the
 * one-sided alternatives). With `less` and the margin as shift this is the test of non-inferiority.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function signedRankTest(
  differences: Sample,
  { shift, alternative }: { shift: number; alternative: Alternative },
): number {
  const sorted = sortAscending(differences)
  const greater = signedRankTail(sorted.length, walkStaircase(sorted, 2 * shift).atMost)
  const less = signedRankTail(sorted.length, walkStaircase(mirror(sorted), -2 * shift).atMost)
  if (alternative === 'less') return less
  if (alternative === 'greater') return greater
  return Math.min(1, 2 * Math.min(less, greater))
}

function mirror(sorted: Float64Array): Float64Array {
  return sorted.map((value) => -value).toReversed()
}
