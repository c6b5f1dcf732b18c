import { expect, test } from 'vitest'
import type { Effect } from '../record/run.ts'
import { nsPerMs } from '../record/units.ts'
import { normalNoise } from '../stats/testing.ts'
import { estimateEffect } from './effect.ts'
import { nextStep } from './next-step.ts'

const options = { level: 0.95, resamples: 199 }

function noisy(count: number, shiftMs: number, seed: number): Effect {
  const noise = normalNoise(seed)
  const sample = Array.from({ length: count }, () => Math.round((shiftMs + 0.3 * noise()) * nsPerMs))
  return estimateEffect(sample, options)
}

test('an inconclusive effect says how many more blocks would resolve the way to the margin', () => {
  const effect = noisy(100, 1.97, 1)
  const step = nextStep(effect, 2)
  expect(step).toMatch(
    /^\d+ more blocks would resolve 0\.0\d\d ms, from estimate to margin: plan a new run of \d+$/,
  )
  const [more = 0, total = 0] = [/^\d+/, /\d+$/].map((pattern) => Number(pattern.exec(step!)))
  expect(total).toBe(100 + more)
  // 3.29 deviations of a mean, 5 % more variance for ranks: (3.29 x 0.3 / gap)^2 x 1.05.
  const gapMs = Math.abs(2 - effect.estimate)
  const expected = 1.05 * ((3.29 * 0.3) / gapMs) ** 2
  expect(total / expected).toBeGreaterThan(0.75)
  expect(total / expected).toBeLessThan(1.33)
})

test('what is decided needs nothing', () => {
  expect(nextStep(noisy(100, 1, 2), 2)).toBeNull()
  expect(nextStep(noisy(100, 3, 3), 2)).toBeNull()
})

test('an estimate on the margin is not decided by any number of blocks', () => {
  const effect = noisy(100, 2, 4)
  expect(nextStep(effect, effect.estimate)).toMatch(/no number of blocks/)
  expect(nextStep(effect, effect.estimate + 1e-6)).toMatch(/no number of blocks/)
})

test('too few blocks: how many a bound takes', () => {
  expect(nextStep(noisy(4, 1, 5), 2)).toBe('4 blocks are too few for a bound, 5 are needed at least')
})
