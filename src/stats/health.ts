/**
 * Are block differences what the intervals take them for: exchangeable from block to block? Both measures use
 * ranks, so one stall of a second weighs no more than the slowest block does.
 */
import { autocorrelationLimit, driftLimit, earlyLimit, healthDeviations } from './health-limits.ts'
import { doubledMidranks, type Sample } from './order.ts'

/**
 * Serial rank correlation of neighbours in time (Wald and Wolfowitz 1943; Bartels 1982, "The rank version of
 * von Neumann's ratio test for randomness"). null below 3 values or when all are equal.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function lagOneRankCorrelation(differences: Sample): number | null {
  const { deviations, squares } = centreRanks(differences)
  let products = 0
  for (let index = 1; index < deviations.length; index += 1)
    products += deviations[index]! * deviations[index - 1]!
  return deviations.length < 3 || squares === 0 ? null : products / squares + 0
}

/**
 * Spearman correlation of the differences with their position in time (Spearman 1904; as a test of trend,
 * Daniels 1950). null below 3 values or when all are equal.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function driftCorrelation(differences: Sample): number | null {
  const { deviations, squares } = centreRanks(differences)
  const count = deviations.length
  let products = 0
  // The deviations sum to nought, so time needs no centre.
  for (let index = 0; index < count; index += 1) products += deviations[index]! * 2 * index
  const timeSquares = (count * (count * count - 1)) / 3
  return count < 3 || squares === 0 ? null : products / Math.sqrt(squares * timeSquares) + 0
}

/** Below this many blocks the first tenth is fewer than five. */
const warmUpMinimumCount = 50

/**
 * How far the first tenth of the blocks lies from the others, in standard deviations of the rank sum
 * (Wilcoxon 1945; Lehmann 1975, section 1.4 for ties). A machine that was still warming up shows here. null
 * below 50 blocks or when all are equal.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE
 */
export function earlyDeviations(differences: Sample): number | null {
  const { deviations, squares } = centreRanks(differences)
  const count = deviations.length
  if (count < warmUpMinimumCount || squares === 0) return null
  const early = Math.floor(count / 10)
  const sum = deviations.slice(0, early).reduce((total, deviation) => total + deviation, 0)
  return sum / Math.sqrt((early * (count - early) * squares) / (count * (count - 1))) + 0
}

/** Doubled midranks about their mean, and the sum of their squares: whole numbers, exact. */
function centreRanks(differences: Sample): { deviations: number[]; squares: number } {
  const ranks = doubledMidranks(differences)
  const centre = ranks.length + 1
  const deviations = Array.from(ranks, (rank) => rank - centre)
  return { deviations, squares: deviations.reduce((sum, deviation) => sum + deviation * deviation, 0) }
}

/** Too dependent for the interval: beyond the limit, and not by chance at this count. */
export function isAutocorrelated(correlation: number | null, count: number): boolean {
  return (
    correlation !== null && correlation > Math.max(autocorrelationLimit, healthDeviations / Math.sqrt(count))
  )
}

/** Did the differences climb or fall as time went by: beyond the limit, and not by chance at this count. */
export function isDrifting(correlation: number | null, count: number): boolean {
  return (
    correlation !== null &&
    Math.abs(correlation) > Math.max(driftLimit, healthDeviations / Math.sqrt(count - 1))
  )
}

/** Do the first blocks differ from the others: beyond the limit, and not by chance at this count? */
export function isWarmingUp(deviations: number | null, count: number): boolean {
  if (deviations === null) return false
  const early = Math.floor(count / 10)
  // The rank sum's deviations as a rank-biserial correlation (Wendt 1972), which has the same size at every count.
  const correlation = deviations / Math.sqrt((3 * early * (count - early)) / (count + 1))
  return Math.abs(deviations) > healthDeviations && Math.abs(correlation) > earlyLimit
}

/** Blocking doubled: means of neighbouring pairs, in order. An odd last block stays out. */
export function doubleBlocks(differences: Sample): Float64Array {
  const doubled = new Float64Array(Math.floor(differences.length / 2))
  for (let index = 0; index < doubled.length; index += 1) {
    doubled[index] = (differences[2 * index]! + differences[2 * index + 1]!) / 2
  }
  return doubled
}
