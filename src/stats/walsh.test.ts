import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortAscending } from './order.ts'
import { differencesArbitrary } from './testing.ts'
import { countPairs, selectWalshAverage, walkStaircase } from './walsh.ts'

function naiveWalshAverages(sample: readonly number[]): number[] {
  const averages = sample.flatMap((value, row) => sample.slice(row).map((other) => (value + other) / 2))
  return averages.toSorted((a, b) => a - b)
}

test('every order statistic is the one that a full sort finds', () => {
  fc.assert(
    fc.property(differencesArbitrary, (sample) => {
      const sorted = sortAscending(sample)
      const selected = Array.from({ length: countPairs(sample.length) }, (_, index) =>
        selectWalshAverage(sorted, index + 1),
      )
      // Adding 0 because selection never returns -0.
      expect(selected).toEqual(naiveWalshAverages(sample).map((average) => average + 0))
    }),
  )
})

test('holds for doubles of any size, rounding included', () => {
  const doubles = fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }), {
    minLength: 1,
    maxLength: 12,
  })
  fc.assert(
    fc.property(doubles, (sample) => {
      const sorted = sortAscending(sample)
      for (const [index, average] of naiveWalshAverages(sample).entries()) {
        expect(selectWalshAverage(sorted, index + 1)).toBe(average + 0)
      }
    }),
  )
})

test('a walk counts the sums and names their neighbours', () => {
  // Sums of 1, 4, 6: 2 5 7 8 10 12.
  const sorted = Float64Array.of(1, 4, 6)
  expect(walkStaircase(sorted, 7)).toEqual({ atMost: 3, floor: 7, ceiling: 8 })
  expect(walkStaircase(sorted, 1)).toEqual({ atMost: 0, floor: -Infinity, ceiling: 2 })
  expect(walkStaircase(sorted, 12)).toEqual({ atMost: 6, floor: 12, ceiling: Infinity })
})
