import { expect, test } from 'vitest'
import { studentCdf, studentQuantile } from './student.ts'

// With 1, 2 and 4 degrees of freedom the distribution has a closed form.
const closedForms: readonly (readonly [number, (t: number) => number])[] = [
  [1, (t) => 0.5 + Math.atan(t) / Math.PI],
  [2, (t) => 0.5 + t / (2 * Math.sqrt(2 + t * t))],
  [4, (t) => 0.5 + (3 / 8) * (t / Math.sqrt(1 + (t * t) / 4)) * (1 - (t * t) / (12 * (1 + (t * t) / 4)))],
]

test.for(closedForms)('%i degrees of freedom: the closed form', ([degrees, cdf]) => {
  for (const t of [-6, -2.5, -1, -0.1, 0, 0.3, 1.5, 4, 9]) {
    expect(studentCdf(t, degrees)).toBeCloseTo(cdf(t), 12)
  }
})

test.for([
  [4, 0.975, 2.776445],
  [9, 0.95, 1.833113],
  [29, 0.975, 2.04523],
] as const)('%i degrees of freedom: the quantile %f of the printed tables', ([degrees, p, t]) => {
  expect(studentQuantile(p, degrees)).toBeCloseTo(t, 3)
  expect(studentCdf(studentQuantile(p, degrees), degrees)).toBeCloseTo(p, 12)
})

test('what is no number of degrees and no probability is refused', () => {
  expect(() => studentCdf(1, 0)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
  expect(() => studentCdf(1, 1.5)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
  expect(() => studentQuantile(1, 4)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
})
