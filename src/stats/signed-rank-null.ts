/**
 * Distribution of the signed-rank statistic V when differences are symmetric about the tested shift
 * (Wilcoxon 1945; Hollander, Wolfe and Chicken 2014, "Nonparametric Statistical Methods", chapter 3):
 * V is the sum of the ranks 1..n that a fair coin picks.
 */
import { normalCdf, normalQuantile } from './normal.ts'
import { countPairs } from './walsh.ts'

/**
 * Exact up to here. The recursion below loses less than n roundings (2e-14 at 200); beyond, a one-sided tail
 * of 5 % from the normal curve is right to 0.0001, one of 1 % to 0.0002 and never too small at 1 % or less.
 */
export const exactCountLimit = 200

const tails = new Map<number, Float64Array>()

/** P(V <= v) for v up to the middle of the distribution, by adding one rank at a time. */
function lowerHalf(count: number): Float64Array {
  const known = tails.get(count)
  if (known !== undefined) return known
  const half = Math.floor(countPairs(count) / 2)
  const probability = new Float64Array(half + 1)
  probability[0] = 1
  for (let rank = 1; rank <= count; rank += 1) {
    for (let v = Math.min(half, countPairs(rank)); v >= 0; v -= 1) {
      const without = probability[v]!
      const withRank = v >= rank ? probability[v - rank]! : 0
      probability[v] = (without + withRank) / 2
    }
  }
  for (let v = 1; v <= half; v += 1) probability[v] = probability[v]! + probability[v - 1]!
  tails.set(count, probability)
  return probability
}

/** P(V <= v) for `count` differences: exact up to `exactCountLimit`, normal with continuity correction beyond. */
export function signedRankTail(count: number, v: number): number {
  const pairs = countPairs(count)
  if (v < 0) return 0
  if (v >= pairs) return 1
  if (count > exactCountLimit) return normalCdf((v + 0.5 - pairs / 2) / deviation(count))
  const half = lowerHalf(count)
  if (v < half.length) return half[v]!
  return 1 - half[pairs - v - 1]!
}

/**
 * The largest k with P(V <= k - 1) <= alpha: the k-th smallest Walsh average is a lower bound at level
 * 1 - alpha, the k-th largest an upper one. 0 when the sample is too small for any bound.
 */
export function signedRankOrder(count: number, alpha: number): number {
  const guess = countPairs(count) / 2 + deviation(count) * normalQuantile(alpha)
  let k = Math.max(0, Math.floor(guess))
  while (signedRankTail(count, k) <= alpha) k += 1
  while (k > 0 && signedRankTail(count, k - 1) > alpha) k -= 1
  return k
}

/** The smallest number of differences for which a bound at level 1 - alpha exists: 2^-n <= alpha. */
export function countNeeded(alpha: number): number {
  let count = 1
  while (2 ** -count > alpha) count += 1
  return count
}

function deviation(count: number): number {
  return Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24)
}
