/**
 * Order statistics of the Walsh averages (x_i + x_j) / 2, i <= j, without making them.
 *
 * The sums of a sorted sample form a matrix that is sorted along rows and columns, so one walk down its
 * staircase counts all sums up to a value in O(n) (Johnson and Mizoguchi 1978, "Selecting the Kth element in
 * X + Y"; Monahan 1984, "Algorithm 616: fast computation of the Hodges-Lehmann location estimator").
 * They narrow the search by picking pivots from the matrix. We halve the interval of values instead and snap
 * both ends to sums that occur: no randomness, and about log2(range / resolution) walks, some 30 for
 * nanoseconds, at any n. The result is a sum that occurs, so it equals the one a full sort would find.
 */

/** Number of pairs i <= j. */
export function countPairs(count: number): number {
  return (count * (count + 1)) / 2
}

type Staircase = {
  /** Pairs with a sum of at most the limit. */
  atMost: number
  /** Largest sum that is at most the limit; -Infinity if none is. */
  floor: number
  /** Smallest sum above the limit; Infinity if there is none. */
  ceiling: number
}

/** One walk down the staircase. Rounded addition is monotone, so this holds for any doubles. */
export function walkStaircase(sorted: Float64Array, limit: number): Staircase {
  let atMost = 0
  let floor = -Infinity
  let ceiling = Infinity
  let column = sorted.length - 1
  for (let row = 0; row < sorted.length; row += 1) {
    const value = sorted[row]!
    while (column >= row && value + sorted[column]! > limit) column -= 1
    const next = column + 1 < row ? row : column + 1
    if (next < sorted.length) ceiling = Math.min(ceiling, value + sorted[next]!)
    if (column < row) break
    atMost += column - row + 1
    floor = Math.max(floor, value + sorted[column]!)
  }
  return { atMost, floor, ceiling }
}

/**
 * The k-th smallest Walsh average of a sorted sample, k from 1 to n(n+1)/2.
 */
export function selectWalshAverage(sorted: Float64Array, k: number): number {
  let low = 2 * sorted[0]!
  let high = 2 * sorted.at(-1)!
  while (low < high) {
    const middle = low + (high - low) / 2
    const walk = walkStaircase(sorted, middle < high ? middle : low)
    if (walk.atMost >= k) high = walk.floor
    else low = walk.ceiling
  }
  // Adding 0 turns -0 into 0, so that mirrored samples give mirrored results down to the sign bit.
  return low / 2 + 0
}
