import { type Sample, sortAscending } from './order.ts'
import { quantileOfSorted } from './quantile.ts'

/** 1 / the upper quartile of the standard normal: makes the MAD of normal values their standard deviation. */
const normalConsistency = 1.4826

/**
 * Standard deviation that spikes do not move: the scaled median absolute deviation from the median
 * (Hampel 1974, "The influence curve and its role in robust estimation"). Unit in, unit out.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function robustDeviation(sample: Sample): number {
  const sorted = sortAscending(sample)
  const centre = quantileOfSorted(sorted, 0.5)
  const distances = sorted.map((value) => Math.abs(value - centre)).toSorted()
  return normalConsistency * quantileOfSorted(distances, 0.5)
}
