import { expect, test } from 'vitest'
import reference from '../../fixtures/stats/bootstrap.json' with { type: 'json' }
import { bootstrapMean } from './bootstrap.ts'
import { normalNoise, seededSource, spikyDifferences } from './testing.ts'

const level = 0.95

test('the interval of the mean agrees with a bootstrap in R up to the noise of resampling', () => {
  for (const { x, blockLength, mean, error, lower, upper } of reference) {
    const interval = bootstrapMean(x, { level, blockLength, random: seededSource(1), resamples: 9_999 })
    expect(interval.estimate).toBeCloseTo(mean, 6)
    expect(Math.abs(interval.lower! - lower)).toBeLessThan(error / 5)
    expect(Math.abs(interval.upper! - upper)).toBeLessThan(error / 5)
  }
})

test('one seed gives one interval, another seed another', () => {
  const differences = spikyDifferences(50, normalNoise(1))
  const interval = bootstrapMean(differences, { level, random: seededSource(7) })
  expect(bootstrapMean(differences, { level, random: seededSource(7) })).toEqual(interval)
  expect(bootstrapMean(differences, { level, random: seededSource(8) })).not.toEqual(interval)
})

test('relabelling the arms mirrors the interval of the mean to the bit', () => {
  const differences = spikyDifferences(100, normalNoise(2), 250_000)
  for (const blockLength of [1, 3.5]) {
    const options = { level, blockLength }
    const interval = bootstrapMean(differences, { ...options, random: seededSource(3) })
    const mirrored = bootstrapMean(
      differences.map((value) => -value),
      { ...options, random: seededSource(3) },
    )
    expect(mirrored.estimate).toBe(-interval.estimate)
    expect(mirrored.lower).toBe(-interval.upper!)
    expect(mirrored.upper).toBe(-interval.lower!)
  }
})

test('longer blocks widen the interval of what hangs together', () => {
  const noise = normalNoise(4)
  let level0 = 0
  const dependent = Float64Array.from({ length: 1_000 }, () => (level0 = 0.7 * level0 + noise()))
  const width = (blockLength?: number): number => {
    const options = { level, random: seededSource(5), ...(blockLength === undefined ? {} : { blockLength }) }
    const interval = bootstrapMean(dependent, options)
    return interval.upper! - interval.lower!
  }
  // Theory: sqrt((1 + 0.7) / (1 - 0.7)) = 2.4 times as wide.
  expect(width() / width(1)).toBeGreaterThan(1.8)
})

test('too few blocks give no bound', () => {
  const short = { level, random: seededSource(1) }
  expect(bootstrapMean([1, 2, 3], short)).toMatchObject({ estimate: 2, lower: null, upper: null })
  expect(bootstrapMean([1, 2, 3, 4, 5, 6, 7, 8, 9], short)).toMatchObject({ estimate: 5, lower: null })
  // Resamples of equal values have no scale, whatever rounding leaves of it: no finite bound.
  const bounds = Array.from({ length: 40 }, (_, spike) =>
    bootstrapMean([0, 0, 0, 0, 0, 0, 0, 0, 0, spike + 1], { level, random: seededSource(1) }),
  )
  expect(bounds.every(({ lower, upper }) => lower === null && upper === null)).toBe(true)
})

test('a call that has no answer is refused', () => {
  const sample = spikyDifferences(20, normalNoise(1))
  const refused = expect.objectContaining({ code: 'OUT_OF_RANGE' })
  const random = seededSource(1)
  expect(() => bootstrapMean(sample, { level: 0.999, resamples: 99, random })).toThrow(refused)
  expect(() => bootstrapMean(sample, { level, blockLength: 0.5, random })).toThrow(refused)
})
