import { expect, test } from 'vitest'
import early from '../../fixtures/stats/early.json' with { type: 'json' }
import reference from '../../fixtures/stats/time.json' with { type: 'json' }
import {
  doubleBlocks,
  driftCorrelation,
  earlyDeviations,
  isAutocorrelated,
  isDrifting,
  isWarmingUp,
  lagOneRankCorrelation,
} from './health.ts'
import { normalNoise } from './testing.ts'

test('correlations with the neighbour and with time agree with R', () => {
  for (const { x, lagOne, drift } of reference) {
    expect(Math.abs(lagOneRankCorrelation(x)! - lagOne)).toBeLessThan(1e-9)
    expect(Math.abs(driftCorrelation(x)! - drift)).toBeLessThan(1e-9)
  }
})

test('relabelling the arms keeps the one and turns the other', () => {
  for (const { x } of reference) {
    const mirrored = x.map((value) => -value)
    expect(lagOneRankCorrelation(mirrored)).toBe(lagOneRankCorrelation(x))
    expect(driftCorrelation(mirrored)).toBe(0 - driftCorrelation(x)!)
  }
})

test('equal values say nothing', () => {
  expect(lagOneRankCorrelation([5, 5, 5, 5])).toBeNull()
  expect(driftCorrelation([5, 5, 5, 5])).toBeNull()
  expect(isAutocorrelated(null, 4)).toBe(false)
})

test('a short row must be far out before it warns', () => {
  expect(isAutocorrelated(0.25, 1_110)).toBe(true)
  expect(isAutocorrelated(0.25, 100)).toBe(false)
  expect(isAutocorrelated(0.15, 1_110)).toBe(false)
  expect(isAutocorrelated(-0.5, 1_110)).toBe(false)
  expect(isDrifting(-0.4, 1_110)).toBe(true)
  expect(isDrifting(0.4, 50)).toBe(false)
})

test('the first tenth against the others agrees with wilcox.test of R', () => {
  expect(early).toHaveLength(3)
  for (const { x, deviations } of early) {
    expect(Math.abs(earlyDeviations(x)! - deviations)).toBeLessThan(1e-9)
    expect(earlyDeviations(x.map((value) => -value))).toBe(0 - earlyDeviations(x)!)
  }
})

test('slow first blocks are seen, and few blocks say nothing', () => {
  const noise = normalNoise(8)
  const slowBy = (shift: number): Float64Array =>
    Float64Array.from({ length: 1_000 }, (_, block) => noise() + (block < 100 ? shift : 0))
  const sample = slowBy(1)
  expect(isWarmingUp(earlyDeviations(sample), 1_000)).toBe(true)
  expect(isWarmingUp(earlyDeviations(sample.toReversed()), 1_000)).toBe(false)
  // Not by chance, and too little to move the figure.
  const little = earlyDeviations(slowBy(0.5))!
  expect(little).toBeGreaterThan(3)
  expect(isWarmingUp(little, 1_000)).toBe(false)
  expect(earlyDeviations(sample.slice(0, 49))).toBeNull()
})

test('blocking doubled takes means of neighbours', () => {
  expect([...doubleBlocks([1, 2, 5, 5, 9])]).toEqual([1.5, 5])
})
