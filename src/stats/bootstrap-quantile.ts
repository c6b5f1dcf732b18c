/**
 * Difference of a quantile between two arms by resampling blocks (stationary-resampling.ts); percentile
 * interval (Efron and Tibshirani 1993, chapter 13). Both ends are order statistics of the resamples, as far
 * from below as from above, so that relabelled arms give the negated interval to the last bit.
 */
import { stationaryBlockLength } from './block-length.ts'
import { type Sample, sortAscending } from './order.ts'
import { quantileOfSorted } from './quantile.ts'
import {
  type BootstrapInterval,
  type BootstrapOptions,
  createResampler,
  defaultResamples,
  tailPosition,
} from './stationary-resampling.ts'
import { requireProbability, StatsError } from './stats-error.ts'

/** Blocks that must lie beyond the quantile: ten, so that a 99th percentile needs 1,000. */
const minimumBeyond = 10

/**
 * Difference of a quantile between two arms of the same blocks, first less second, by resampling blocks: both
 * arms keep their partner. Percentile interval; null bounds where fewer than ten blocks lie beyond the
 * quantile.
 * @throws StatsError EMPTY_SAMPLE, NOT_FINITE, OUT_OF_RANGE (arms of different lengths)
 */
export function bootstrapQuantileDifference(
  first: Sample,
  second: Sample,
  options: BootstrapOptions & { readonly probability: number },
): BootstrapInterval {
  const { level, random, probability, resamples = defaultResamples } = options
  const count = first.length
  if (second.length !== count) {
    throw new StatsError(
      'OUT_OF_RANGE',
      `expected arms of the same blocks, got ${count} and ${second.length}`,
    )
  }
  requireProbability('probability', probability)
  const arms = [rankArm(first), rankArm(second)] as const
  const estimate =
    quantileOfSorted(arms[0].sorted, probability) - quantileOfSorted(arms[1].sorted, probability) + 0
  const differences = Float64Array.from(first, (value, index) => value - second[index]!)
  const blockLength = options.blockLength ?? stationaryBlockLength(differences)
  const position = tailPosition((1 - requireProbability('level', level)) / 2, resamples)
  if (count * Math.min(probability, 1 - probability) < minimumBeyond - 1e-9) {
    return { estimate, lower: null, upper: null, level, blockLength }
  }

  const draw = createResampler(count, blockLength, random)
  const indices = new Int32Array(count)
  const results = new Float64Array(resamples)
  for (let resample = 0; resample < resamples; resample += 1) {
    draw(indices)
    results[resample] =
      resampledQuantile(arms[0], indices, probability) - resampledQuantile(arms[1], indices, probability)
  }
  results.sort()
  return {
    estimate,
    lower: results[position - 1]! + 0,
    upper: results[resamples - position]! + 0,
    level,
    blockLength,
  }
}

type RankedArm = {
  readonly sorted: Float64Array
  /** Position in `sorted` of every block. */
  readonly rankOf: Int32Array
  /** Scratch: how often each rank was drawn. */
  readonly drawn: Int32Array
}

function rankArm(sample: Sample): RankedArm {
  const sorted = sortAscending(sample)
  const order = Array.from({ length: sample.length }, (_, index) => index)
  order.sort((a, b) => sample[a]! - sample[b]! || a - b)
  const rankOf = new Int32Array(sample.length)
  for (const [rank, block] of order.entries()) rankOf[block] = rank
  return { sorted, rankOf, drawn: new Int32Array(sample.length) }
}

/** Definition 7 of a quantile of the drawn blocks, from counts of ranks: no sort for each resample. */
function resampledQuantile(
  { sorted, rankOf, drawn }: RankedArm,
  indices: Int32Array,
  probability: number,
): number {
  drawn.fill(0)
  for (const index of indices) {
    const rank = rankOf[index]!
    drawn[rank] = drawn[rank]! + 1
  }
  const position = (indices.length - 1) * probability
  const floor = Math.floor(position)
  // Counted from the top, because the quantiles that matter lie there.
  const fromTop = indices.length - floor
  let above = sorted.at(-1)!
  let seen = 0
  for (let rank = sorted.length - 1; ; rank -= 1) {
    const value = sorted[rank]!
    const passed = seen + drawn[rank]!
    if (seen < fromTop - 1 && passed >= fromTop - 1) above = value
    if (passed >= fromTop) return value + (position - floor) * (above - value)
    seen = passed
  }
}
