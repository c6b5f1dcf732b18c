import { expect, test } from 'vitest'
import reference from '../../fixtures/stats/holm.json' with { type: 'json' }
import { adjustHolm, rejectsAny } from './holm.ts'

test('agrees with p.adjust of R', () => {
  for (const { p, adjusted } of reference) {
    for (const [index, value] of adjustHolm(p).entries()) {
      expect(Math.abs(value - adjusted[index]!)).toBeLessThanOrEqual(1e-12)
    }
  }
})

test('the smallest of five must stay below a fifth of the level', () => {
  expect(rejectsAny([0.0019, 0.5, 0.5, 0.5, 0.5], 0.01)).toBe(true)
  expect(rejectsAny([0.0021, 0.5, 0.5, 0.5, 0.5], 0.01)).toBe(false)
})

test('what is no probability is refused', () => {
  expect(() => adjustHolm([0.5, Number.NaN])).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
})
