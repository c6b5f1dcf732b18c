import { type Sample, sortAscending } from './order.ts'
import { countPairs, selectWalshAverage } from './walsh.ts'

/**
 * Shift of the block differences: the median of their Walsh averages (Hodges and Lehmann 1963, "Estimates of
 * location based on rank tests"). Unit in, unit out; from integers the result is exact.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function hodgesLehmann(differences: Sample): number {
  const sorted = sortAscending(differences)
  const pairs = countPairs(sorted.length)
  const upper = selectWalshAverage(sorted, Math.floor(pairs / 2) + 1)
  if (pairs % 2 === 1) return upper
  return (selectWalshAverage(sorted, pairs / 2) + upper) / 2
}
