import { StatsError } from './stats-error.ts'

/** Any list of numbers: `number[]`, `Float64Array`, ... in one unit, which comes back out. */
export type Sample = ArrayLike<number>

/**
 * A sorted copy, smallest first.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function sortAscending(sample: Sample): Float64Array {
  if (sample.length === 0) {
    throw new StatsError('EMPTY_SAMPLE', 'expected at least one value, got none: no block was recorded')
  }
  const sorted = Float64Array.from(sample)
  for (let index = 0; index < sorted.length; index += 1) {
    if (!Number.isFinite(sorted[index])) {
      throw new StatsError('NOT_FINITE', `expected a finite number at index ${index}, got ${sorted[index]}`)
    }
  }
  sorted.sort()
  return sorted
}

/**
 * Twice the midrank of every value, in the order of the sample: tied values share the mean of their ranks,
 * and doubling keeps them integers, so that whatever is summed from them is exact.
 */
export function doubledMidranks(sample: Sample): Float64Array {
  const sorted = sortAscending(sample)
  const rankOf = new Map<number, number>()
  for (let start = 0; start < sorted.length;) {
    const value = sorted[start]!
    let end = start
    while (end < sorted.length && sorted[end] === value) end += 1
    rankOf.set(value, start + 1 + end)
    start = end
  }
  return Float64Array.from(sample, (value) => rankOf.get(value)!)
}

/** A sum that does not depend on the order in which the values came. */
export function sumOfSorted(sorted: Float64Array): number {
  let sum = 0
  for (const value of sorted) sum += value
  return sum
}
