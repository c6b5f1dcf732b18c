import { expect, test } from 'vitest'
import reference from '../../fixtures/stats/quantile.json' with { type: 'json' }
import { quantile, summarise } from './quantile.ts'
import { robustDeviation } from './spread.ts'

test('quantiles, mean and spread agree with R', () => {
  for (const { x, probabilities, quantiles, mean, mad } of reference) {
    for (const [index, probability] of probabilities.entries()) {
      const expected = quantiles[index]!
      expect(Math.abs(quantile(x, probability) - expected)).toBeLessThanOrEqual(1e-9 * expected)
    }
    expect(Math.abs(summarise(x).mean - mean)).toBeLessThanOrEqual(1e-9 * mean)
    expect(Math.abs(robustDeviation(x) - mad)).toBeLessThanOrEqual(1e-9 * mad)
  }
})

test('the 99th percentile needs a thousand observations', () => {
  const sample = Array.from({ length: 1_000 }, (_, index) => 999 - index)
  expect(summarise(sample)).toEqual({
    count: 1_000,
    mean: 499.5,
    median: 499.5,
    p90: 899.1,
    p99: 989.01,
    min: 0,
    max: 999,
  })
  expect(summarise(sample.slice(1)).p99).toBeNull()
})

test('a probability outside 0 to 1 is refused', () => {
  expect(() => quantile([1], 99)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
})
