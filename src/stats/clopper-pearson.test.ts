import { expect, test } from 'vitest'
import reference from '../../fixtures/stats/rate.json' with { type: 'json' }
import { clopperPearson } from './clopper-pearson.ts'

test('agrees with binom.test of R', () => {
  for (const { events, trials, level, lower, upper } of reference) {
    const interval = clopperPearson(events, trials, level)
    expect(Math.abs(interval.lower - lower)).toBeLessThan(1e-9)
    expect(Math.abs(interval.upper - upper)).toBeLessThan(1e-9)
  }
})

test('no alarm in 299 runs proves a rate of at most 1 %, in 298 it does not', () => {
  // One-sided 95 %: 1 - 0.05^(1/n).
  expect(clopperPearson(0, 299, 0.9).upper).toBeLessThan(0.01)
  expect(clopperPearson(0, 298, 0.9).upper).toBeGreaterThan(0.01)
})

test('more events than trials are refused', () => {
  expect(() => clopperPearson(3, 2, 0.95)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
})
