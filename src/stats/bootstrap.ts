/**
 * Mean of the block differences by a stationary bootstrap (stationary-resampling.ts), with a symmetric
 * studentised interval (Hall 1988, "On symmetric bootstrap confidence intervals").
 *
 * Simulated on differences with rare stalls, 95 % of it covered 99.2 % at 100 blocks and 93.8 % at 1,110; the
 * equal-tailed one 88.6 and 91.8, plain percentiles 92.8 and 93.0. Stalls on one arm only: all three 84 to
 * 85 % at 100 blocks (a mean can't know of stalls that it has not seen), 93.8, 94.0, 92.7 at 1,110.
 * The estimate negates and the reach does not care: relabelled arms give the negated interval to the last bit.
 */
import { stationaryBlockLength } from './block-length.ts'
import { type Sample, sortAscending, sumOfSorted } from './order.ts'
import {
  type BootstrapInterval,
  type BootstrapOptions,
  createResampler,
  defaultResamples,
  tailPosition,
} from './stationary-resampling.ts'
import { requireProbability } from './stats-error.ts'

/** Fewer blocks than this resample to too few different means for a tail. */
export const bootstrapMinimumCount = 10

/**
 * Mean of the block differences with its interval, in their unit; null bounds below `bootstrapMinimumCount`.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE, OUT_OF_RANGE
 */
export function bootstrapMean(differences: Sample, options: BootstrapOptions): BootstrapInterval {
  const { level, random, resamples = defaultResamples } = options
  const count = differences.length
  const estimate = sumOfSorted(sortAscending(differences)) / count + 0
  const blockLength = options.blockLength ?? stationaryBlockLength(differences)
  const position = tailPosition(1 - requireProbability('level', level), resamples)
  if (count < bootstrapMinimumCount) return { estimate, lower: null, upper: null, level, blockLength }

  const centred = Float64Array.from(differences, (value) => value - estimate)
  const scale = scaleOf(
    centred.reduce((squares, value) => squares + value * value, 0),
    0,
    count,
  )
  const draw = createResampler(count, blockLength, random)
  const indices = new Int32Array(count)
  const distances = new Float64Array(resamples)
  for (let resample = 0; resample < resamples; resample += 1) {
    draw(indices)
    let sum = 0
    let squares = 0
    for (let slot = 0; slot < count; slot += 1) {
      const value = centred[indices[slot]!]!
      sum += value
      squares += value * value
    }
    distances[resample] = sum === 0 ? 0 : Math.abs(sum) / scaleOf(squares, sum, count)
  }
  distances.sort()
  const reach = scale === 0 ? 0 : (distances[resamples - position]! * scale) / count
  // A resample of equal values has no scale, and a reach that rests on one has no end.
  if (reach === Infinity) return { estimate, lower: null, upper: null, level, blockLength }
  return { estimate, lower: estimate - reach + 0, upper: estimate + reach + 0, level, blockLength }
}

/**
 * Standard error of a mean, but for a factor that depends on the count alone and cancels, from sums about any
 * centre. What rounding leaves of equal values is nought.
 */
function scaleOf(squares: number, sum: number, count: number): number {
  const rest = squares - (sum * sum) / count
  return rest > squares * 1e-12 ? Math.sqrt(rest) : 0
}
