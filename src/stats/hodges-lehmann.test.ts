import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { hodgesLehmann } from './hodges-lehmann.ts'
import { differencesArbitrary } from './testing.ts'

function naiveHodgesLehmann(sample: readonly number[]): number {
  const averages = sample
    .flatMap((value, row) => sample.slice(row).map((other) => (value + other) / 2))
    .toSorted((a, b) => a - b)
  const middle = averages.length / 2
  return averages.length % 2 === 1
    ? averages[Math.floor(middle)]!
    : (averages[middle - 1]! + averages[middle]!) / 2
}

test('equals the median of all Walsh averages to the bit', () => {
  fc.assert(
    fc.property(differencesArbitrary, (sample) => {
      expect(hodgesLehmann(sample)).toBe(naiveHodgesLehmann(sample) + 0)
    }),
  )
})

test('relabelling the arms mirrors it, a shift shifts it, order does not matter', () => {
  fc.assert(
    fc.property(differencesArbitrary, fc.integer({ min: -1e9, max: 1e9 }), (sample, shift) => {
      const estimate = hodgesLehmann(sample)
      expect(hodgesLehmann(sample.map((value) => -value))).toBe(0 - estimate)
      expect(hodgesLehmann(sample.map((value) => value + shift))).toBe(estimate + shift)
      expect(hodgesLehmann(sample.toReversed())).toBe(estimate)
    }),
  )
})

test('one stall does not move it far', () => {
  expect(hodgesLehmann([10, 11, 12, 13, 14, 1_000_000])).toBe(12.5)
})

test('no blocks, or no number, is refused', () => {
  expect(() => hodgesLehmann([])).toThrow(expect.objectContaining({ code: 'EMPTY_SAMPLE' }))
  expect(() => hodgesLehmann([1, Number.NaN])).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
})
