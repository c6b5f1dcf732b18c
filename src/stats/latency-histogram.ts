/**
 * A histogram of durations in bins of equal relative width: the memory that a million observations take is that
 * of none. The bin of a number is its exponent and the first 8 bits of its mantissa (IEEE 754), so that a bin is
 * at most 1/256 of its value wide, and no two machines disagree on it.
 */
import { StatsError } from './stats-error.ts'

const mantissaBits = 8
const binsPerOctave = 2 ** mantissaBits
/** 2^40 ns are 18 minutes; what is longer goes into the last bin. */
const octaves = 40
const binCount = octaves * binsPerOctave
/** Number of the bin of 1: the exponent's bias. */
const firstBin = 1023 * binsPerOctave
/** Of the 20 bits of a mantissa that share a word with the exponent. */
const shift = 20 - mantissaBits

const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)
const highWord = new Uint32Array(new Float64Array([1]).buffer)[1] === 0 ? 0 : 1

/** Bins that hold something, as bin, count, bin, count and so on, bins ascending: what a record keeps. */
export type SparseBins = readonly number[]

export interface LatencyHistogram {
  /** Adds one observation; what is below 1 counts as 1. */
  record(value: number): void
  readonly count: number
  toSparse(): number[]
}

export function createLatencyHistogram(): LatencyHistogram {
  const counts = new Uint32Array(binCount)
  let count = 0
  return {
    get count() {
      return count
    },
    record(value) {
      const bin = binOf(value)
      counts[bin] = (counts[bin] as number) + 1
      count++
    },
    toSparse() {
      const sparse: number[] = []
      counts.forEach((each, bin) => {
        if (each > 0) sparse.push(bin, each)
      })
      return sparse
    },
  }
}

function binOf(value: number): number {
  number[0] = Math.max(1, value)
  const bin = ((words[highWord] as number) >>> shift) - firstBin
  return Math.min(bin, binCount - 1)
}

/** The least number that belongs into a bin. */
function edgeOf(bin: number): number {
  return 2 ** Math.floor(bin / binsPerOctave) * (1 + (bin % binsPerOctave) / binsPerOctave)
}

export function countBins(sparse: SparseBins): number {
  return sparse.reduce((sum, each, index) => (index % 2 === 1 ? sum + each : sum), 0)
}

/** Observations in a bin that begins at `value` or later: those below by less than a bin's width may be missed. */
export function countAtLeast(sparse: SparseBins, value: number): number {
  let count = 0
  for (let index = 0; index < sparse.length; index += 2) {
    if (edgeOf(sparse[index] as number) >= value) count += sparse[index + 1] as number
  }
  return count
}

/** All observations of several histograms in one. */
export function mergeBins(histograms: readonly SparseBins[]): number[] {
  const counts = new Map<number, number>()
  for (const sparse of histograms) {
    for (let index = 0; index < sparse.length; index += 2) {
      const bin = sparse[index] as number
      counts.set(bin, (counts.get(bin) ?? 0) + (sparse[index + 1] as number))
    }
  }
  return [...counts].toSorted(([a], [b]) => a - b).flat()
}

/**
 * The value that a share of the observations stays below, linear inside its bin.
 * @throws StatsError EMPTY_SAMPLE, OUT_OF_RANGE unless 0 <= probability <= 1
 */
export function quantileOfBins(sparse: SparseBins, probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new StatsError('OUT_OF_RANGE', `expected a probability between 0 and 1, got ${probability}`)
  }
  const total = countBins(sparse)
  if (total === 0) throw new StatsError('EMPTY_SAMPLE', 'expected a histogram of at least one observation')
  const rank = probability * total
  let before = 0
  for (let index = 0; index < sparse.length; index += 2) {
    const [bin, count] = [sparse[index] as number, sparse[index + 1] as number]
    if (before + count >= rank) {
      const [lower, upper] = [edgeOf(bin), edgeOf(bin + 1)]
      return lower + (upper - lower) * ((rank - before) / count)
    }
    before += count
  }
  return edgeOf((sparse.at(-2) as number) + 1)
}
