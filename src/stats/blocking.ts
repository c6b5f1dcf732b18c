import { doubleBlocks, isAutocorrelated, lagOneRankCorrelation } from './health.ts'
import type { Sample } from './order.ts'

export type Blocked = {
  /** Means of `blocking` neighbours in time. */
  readonly differences: Float64Array
  /** 1 where the differences stand for themselves, else 2, 4, ... */
  readonly blocking: number
}

/**
 * Block differences that an interval may take for independent: blocking is doubled for as long as neighbours
 * go together (health.ts has the limit). What is left over at the end of an odd count stays out. A count that
 * is too small to tell is left alone, so this ends.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function blockUntilIndependent(sample: Sample): Blocked {
  let differences: Float64Array = Float64Array.from(sample)
  let blocking = 1
  while (isAutocorrelated(lagOneRankCorrelation(differences), differences.length)) {
    differences = doubleBlocks(differences)
    blocking *= 2
  }
  return { differences, blocking }
}
