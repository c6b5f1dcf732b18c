/**
 * What every bootstrap of block differences shares: the stationary resampling of Politis and Romano 1994, runs
 * of neighbouring blocks of random length, so that what hangs together in time stays together.
 */
import { StatsError } from './stats-error.ts'
import { createXoshiro, type RandomSource, scaleWord } from './xoshiro.ts'

/** One less than 2,000, so that the usual levels fall on whole order statistics (Davison and Hinkley 1997). */
export const defaultResamples = 1_999

export type BootstrapOptions = {
  /** Two-sided; each end is a one-sided bound at (1 + level) / 2. */
  readonly level: number
  readonly random: RandomSource
  readonly resamples?: number
  /** Mean length of a run of blocks; by default chosen from the differences. */
  readonly blockLength?: number
}

export type BootstrapInterval = {
  readonly estimate: number
  readonly lower: number | null
  readonly upper: number | null
  readonly level: number
  readonly blockLength: number
}

/** How many resamples lie beyond the bound, itself included. */
export function tailPosition(tail: number, resamples: number): number {
  const position = Math.floor(tail * (resamples + 1) + 1e-9)
  if (position >= 1) return position
  const needed = Math.ceil(1 / tail - 1e-9) - 1
  throw new StatsError(
    'OUT_OF_RANGE',
    `expected at least ${needed} resamples at this level, got ${resamples}`,
  )
}

/** Fills a list with block numbers: at each step a fresh block with probability 1 / length, else the next one. */
export function createResampler(
  count: number,
  blockLength: number,
  random: RandomSource,
): (indices: Int32Array) => void {
  if (!(blockLength >= 1)) {
    throw new StatsError('OUT_OF_RANGE', `expected a block length of at least 1, got ${blockLength}`)
  }
  const next = createXoshiro(random)
  const freshBelow = Math.round(2 ** 32 / blockLength)
  return (indices) => {
    let block = scaleWord(next(), count)
    indices[0] = block
    for (let slot = 1; slot < count; slot += 1) {
      if (blockLength === 1 || next() < freshBelow) block = scaleWord(next(), count)
      else block = block + 1 === count ? 0 : block + 1
      indices[slot] = block
    }
  }
}
