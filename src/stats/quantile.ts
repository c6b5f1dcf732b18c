/**
 * Sample quantiles by definition 7 of Hyndman and Fan 1996 ("Sample quantiles in statistical packages"):
 * linear between order statistics, h = (n - 1) p. It is what R, NumPy and spreadsheets do unasked, so that a
 * reader who works on samples.jsonl finds our digits; definition 8, which they prefer, differs by less than
 * one order statistic, far inside the interval.
 */
import { type Sample, sortAscending, sumOfSorted } from './order.ts'
import { StatsError } from './stats-error.ts'

/** Below this a 99th percentile rests on fewer than ten slower observations: null, never a number. */
export const p99MinimumCount = 1_000

/** @throws StatsError OUT_OF_RANGE unless 0 <= probability <= 1 */
export function quantileOfSorted(sorted: Float64Array, probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new StatsError('OUT_OF_RANGE', `expected a probability between 0 and 1, got ${probability}`)
  }
  const position = (sorted.length - 1) * probability
  const index = Math.floor(position)
  const below = sorted[index]!
  const above = sorted[Math.min(index + 1, sorted.length - 1)]!
  return below + (position - index) * (above - below)
}

/** @throws StatsError EMPTY_SAMPLE, NOT_FINITE, OUT_OF_RANGE */
export function quantile(sample: Sample, probability: number): number {
  return quantileOfSorted(sortAscending(sample), probability)
}

export type Summary = {
  readonly count: number
  readonly mean: number
  readonly median: number
  readonly p90: number
  /** null below `p99MinimumCount`. */
  readonly p99: number | null
  readonly min: number
  readonly max: number
}

/**
 * What a table says about one arm, in the unit of the sample.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function summarise(sample: Sample): Summary {
  const sorted = sortAscending(sample)
  const count = sorted.length
  return {
    count,
    mean: sumOfSorted(sorted) / count,
    median: quantileOfSorted(sorted, 0.5),
    p90: quantileOfSorted(sorted, 0.9),
    p99: count < p99MinimumCount ? null : quantileOfSorted(sorted, 0.99),
    min: sorted[0]!,
    max: sorted.at(-1)!,
  }
}
