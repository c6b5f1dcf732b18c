import { expect, test } from 'vitest'
import { bootstrapQuantileDifference } from './bootstrap-quantile.ts'
import { quantile } from './quantile.ts'
import { normalNoise, seededSource, spikyDifferences } from './testing.ts'

const level = 0.95

test('the difference of a quantile keeps the blocks together and mirrors', () => {
  const noise = normalNoise(6)
  const shared = Float64Array.from({ length: 1_000 }, () => Math.round(1e6 * Math.exp(noise())))
  const slower = shared.map((value) => value + 100_000)
  const options = { level, probability: 0.99, random: seededSource(9) }
  const interval = bootstrapQuantileDifference(slower, shared, options)
  // Every block differs by 0.1 ms exactly, so whatever is drawn does.
  expect(interval).toMatchObject({ estimate: 100_000, lower: 100_000, upper: 100_000 })

  const other = shared.map((value) => Math.round(value * (1 + 0.1 * noise())))
  const there = bootstrapQuantileDifference(other, shared, { ...options, random: seededSource(9) })
  const back = bootstrapQuantileDifference(shared, other, { ...options, random: seededSource(9) })
  expect(there.estimate).toBe(quantile(other, 0.99) - quantile(shared, 0.99))
  expect(there.lower).toBeLessThan(there.upper!)
  expect([back.estimate, back.lower, back.upper]).toEqual([-there.estimate, -there.upper!, -there.lower!])
})

test('counting ranks gives the quantile that sorting gives', () => {
  // One block repeats itself with certainty: the whole sample is drawn when every block comes next.
  const sample = Float64Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_009)
  const nought = new Float64Array(1_000)
  for (const probability of [0.3, 0.5, 0.95, 0.99]) {
    const interval = bootstrapQuantileDifference(sample, nought, {
      level,
      probability,
      // No fresh start: each resample is the sample, turned round.
      blockLength: 1e12,
      random: seededSource(1),
    })
    expect(interval.lower).toBe(quantile(sample, probability))
    expect(interval.upper).toBe(quantile(sample, probability))
  }
})

test('a tail of fewer than ten blocks has no bound', () => {
  const arm = spikyDifferences(999, normalNoise(1))
  const options = { level, probability: 0.99, random: seededSource(1) }
  expect(bootstrapQuantileDifference(arm, arm, options)).toMatchObject({
    estimate: 0,
    lower: null,
    upper: null,
  })
})

test('arms of different blocks are refused', () => {
  const options = { level, probability: 0.5, random: seededSource(1) }
  expect(() => bootstrapQuantileDifference([1, 2], [1], options)).toThrow(
    expect.objectContaining({ code: 'OUT_OF_RANGE' }),
  )
})
