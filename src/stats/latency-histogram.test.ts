import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  countAtLeast,
  countBins,
  createLatencyHistogram,
  mergeBins,
  quantileOfBins,
  type SparseBins,
} from './latency-histogram.ts'
import { quantile } from './quantile.ts'

function binsOf(values: readonly number[]): SparseBins {
  const histogram = createLatencyHistogram()
  for (const value of values) histogram.record(value)
  return histogram.toSparse()
}

const latencies = fc.array(fc.double({ min: 1, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 300 })

test('a quantile is off by less than the width of a bin', () => {
  fc.assert(
    fc.property(latencies, fc.double({ min: 0, max: 1, noNaN: true }), (values, probability) => {
      const sorted = values.toSorted((a, b) => a - b)
      const rank = Math.min(sorted.length - 1, Math.max(0, Math.ceil(probability * sorted.length) - 1))
      const exact = sorted[rank] as number
      const got = quantileOfBins(binsOf(values), probability)
      expect(Math.abs(got - exact)).toBeLessThanOrEqual(exact / 256)
    }),
  )
})

test('of many observations it is the quantile that everything else here uses', () => {
  const values = Array.from({ length: 20_000 }, (_, index) => 200_000 + ((index * 7919) % 20_000) * 40)
  for (const probability of [0.5, 0.9, 0.99]) {
    const ratio = quantileOfBins(binsOf(values), probability) / quantile(values, probability)
    expect(Math.abs(ratio - 1)).toBeLessThan(1 / 256)
  }
})

test('merging is the same as recording into one', () => {
  fc.assert(
    fc.property(latencies, latencies, (one, other) => {
      expect(mergeBins([binsOf(one), binsOf(other)])).toEqual(binsOf([...one, ...other]))
    }),
  )
})

test('nothing is lost, and its size is that of the bins and not of the observations', () => {
  const histogram = createLatencyHistogram()
  for (let index = 0; index < 1_000_000; index++) histogram.record(100_000 + (index % 50_000))
  histogram.record(0)
  histogram.record(1e18)
  expect(histogram.count).toBe(1_000_002)
  const sparse = histogram.toSparse()
  expect(countBins(sparse)).toBe(1_000_002)
  expect(sparse.length).toBeLessThan(600)
  expect(countAtLeast(sparse, 1e11)).toBe(1)
})

test('an empty histogram has no quantile', () => {
  expect(() => quantileOfBins([], 0.5)).toThrow('at least one')
  expect(() => quantileOfBins([1, 1], 2)).toThrow('between 0 and 1')
})
