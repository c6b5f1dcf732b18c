import { expect, test } from 'vitest'
import { robustDeviation } from './spread.ts'

test('is the standard deviation for what lies like the normal curve, whatever one spike does', () => {
  // Distances from the median 3: 2 1 0 1 997; their median is 1.
  expect(robustDeviation([1, 2, 3, 4, 1_000])).toBe(1.4826)
  expect(robustDeviation([5])).toBe(0)
})
