import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import reference from '../../fixtures/stats/signed-rank.json' with { type: 'json' }
import { hodgesLehmann } from './hodges-lehmann.ts'
import { sortAscending } from './order.ts'
import { signedRankOrder } from './signed-rank-null.ts'
import { type Alternative, type Sides, signedRankInterval, signedRankTest } from './signed-rank.ts'
import { differencesArbitrary, normalNoise, spikyDifferences } from './testing.ts'
import { countPairs, selectWalshAverage } from './walsh.ts'

/** R names the alternative; the bound that goes with "greater" is the lower one. */
function fromR(alternative: string): { sides: Sides; alternative: Alternative } {
  if (alternative === 'greater') return { sides: 'lower', alternative: 'greater' }
  if (alternative === 'less') return { sides: 'upper', alternative: 'less' }
  return { sides: 'two', alternative: 'two' }
}

/** Distance in units of the larger of 1 and the expected value; both null is none, one null is infinite. */
function distance(actual: number | null, expected: number | null): number {
  if (actual === null || expected === null) return actual === expected ? 0 : Infinity
  return Math.abs(actual - expected) / Math.max(1, Math.abs(expected))
}

describe('agrees with wilcox.test of R', () => {
  test('exactly, where R is exact', () => {
    for (const { x, level, alternative, shift, boundary, estimate, lower, upper, p } of reference.exact) {
      const wanted = fromR(alternative)
      const interval = signedRankInterval(x, { level, sides: wanted.sides })
      expect(interval.method).toBe('exact')
      expect(distance(hodgesLehmann(x), estimate)).toBeLessThan(1e-9)
      expect(distance(signedRankTest(x, { shift, alternative: wanted.alternative }), p)).toBeLessThan(1e-9)
      // Where the level cannot be had R returns the extremes; we return no bound.
      expect(interval.neededCount !== null).toBe(boundary)
      expect(distance(interval.lower, boundary ? null : lower)).toBeLessThan(1e-9)
      expect(distance(interval.upper, boundary ? null : upper)).toBeLessThan(1e-9)
    }
  })

  test('beyond: sorted averages to the bit, the bounds R solves for up to a neighbour', () => {
    let x: number[] = []
    for (const expected of reference.normal) {
      if (expected.x.length > 0) x = expected.x
      expect(x).toHaveLength(expected.n)
      const { level, shift } = expected
      const wanted = fromR(expected.alternative)
      const interval = signedRankInterval(x, { level, sides: wanted.sides })
      expect(interval.method).toBe('normal')
      expect(interval.lower).toBe(wanted.sides === 'upper' ? null : expected.sortedLower)
      expect(interval.upper).toBe(wanted.sides === 'lower' ? null : expected.sortedUpper)
      expect(hodgesLehmann(x)).toBe(expected.sortedMedian)
      const p = signedRankTest(x, { shift, alternative: wanted.alternative })
      expect(distance(p, expected.p)).toBeLessThan(1e-9)

      const k = signedRankOrder(x.length, wanted.sides === 'two' ? (1 - level) / 2 : 1 - level)
      expect(isNextTo(expected.lower, x, k)).toBe(true)
      expect(isNextTo(expected.upper, x, countPairs(x.length) + 1 - k)).toBe(true)
    }
  })

  test('with ties and zeros, to one step between averages', () => {
    for (const { x, lower, upper, estimate } of reference.tied) {
      const interval = signedRankInterval(x, { level: 0.95, sides: 'two' })
      expect(hodgesLehmann(x)).toBe(estimate)
      expect(Math.abs(interval.lower! - lower)).toBeLessThanOrEqual(0.501)
      expect(Math.abs(interval.upper! - upper)).toBeLessThanOrEqual(0.501)
    }
  })
})

/** Does a bound lie between the averages on either side of the k-th? An infinite one (null) is not asked. */
function isNextTo(bound: number | null, sample: readonly number[], k: number): boolean {
  const sorted = sortAscending(sample)
  return (
    bound === null ||
    (bound >= selectWalshAverage(sorted, k - 1) - 1e-3 && bound <= selectWalshAverage(sorted, k + 1) + 1e-3)
  )
}

test('with ties and zeros it errs no more often than it says, over all signs', () => {
  const magnitudes = [0, 0, 1, 1, 1, 2, 3, 3, 5, 5]
  const pValues = Array.from({ length: 2 ** magnitudes.length }, (_, signs) => {
    const sample = magnitudes.map((magnitude, bit) => ((signs >> bit) & 1 ? magnitude : -magnitude))
    return signedRankTest(sample, { shift: 0, alternative: 'less' })
  })
  for (const alpha of new Set(pValues)) {
    const share = pValues.filter((p) => p <= alpha).length / pValues.length
    expect(share).toBeLessThanOrEqual(alpha + 1e-12)
  }
})

const levelArbitrary = fc.constantFrom(0.8, 0.9, 0.95, 0.99, 0.9375)
const shiftArbitrary = fc.integer({ min: -5, max: 5 })

test('relabelling the arms swaps the bounds and the one-sided p-values', () => {
  fc.assert(
    fc.property(differencesArbitrary, levelArbitrary, shiftArbitrary, (sample, level, shift) => {
      const mirrored = sample.map((value) => -value)
      const interval = signedRankInterval(sample, { level, sides: 'two' })
      expect(signedRankInterval(mirrored, { level, sides: 'two' })).toEqual({
        ...interval,
        lower: interval.upper === null ? null : 0 - interval.upper,
        upper: interval.lower === null ? null : 0 - interval.lower,
      })
      expect(signedRankTest(mirrored, { shift: -shift, alternative: 'less' })).toBe(
        signedRankTest(sample, { shift, alternative: 'greater' }),
      )
    }),
  )
})

test('a bound passes a shift exactly when the test rejects it, ties and zeros included', () => {
  fc.assert(
    fc.property(differencesArbitrary, levelArbitrary, shiftArbitrary, (sample, level, shift) => {
      const { upper } = signedRankInterval(sample, { level, sides: 'upper' })
      const { lower } = signedRankInterval(sample, { level, sides: 'lower' })
      const isBelow = signedRankTest(sample, { shift, alternative: 'less' }) <= 1 - level
      const isAbove = signedRankTest(sample, { shift, alternative: 'greater' }) <= 1 - level
      expect(isBelow).toBe(upper !== null && upper < shift)
      expect(isAbove).toBe(lower !== null && lower > shift)
    }),
  )
})

test('too few blocks give no bound, and the count that would', () => {
  const interval = signedRankInterval([1, 2, 3, 4], { level: 0.95, sides: 'upper' })
  expect(interval).toMatchObject({ lower: null, upper: null, neededCount: 5, achievedLevel: 1 })
  // 2^-5 = 0.03125 is the first tail below 5 %: the largest value is the bound.
  expect(signedRankInterval([1, 2, 3, 4, 5], { level: 0.95, sides: 'upper' })).toMatchObject({
    upper: 5,
    neededCount: null,
    achievedLevel: 0.96875,
  })
})

test('the achieved level counts both sides', () => {
  // P(V <= 8) = 25 / 1,024 at ten differences.
  const ten = Array.from({ length: 10 }, (_, index) => index)
  expect(signedRankInterval(ten, { level: 0.95, sides: 'two' }).achievedLevel).toBe(1 - 50 / 1_024)
})

test('a level outside 0 to 1 is refused', () => {
  expect(() => signedRankInterval([1], { level: 95, sides: 'two' })).toThrow(
    expect.objectContaining({ code: 'OUT_OF_RANGE' }),
  )
})

/** Share of intervals that hold the true shift, for spiky noise. */
function coverage(count: number, sides: Sides, rounds: number, seed: number): number {
  const noise = normalNoise(seed)
  const effectNs = 250_000
  let held = 0
  for (let round = 0; round < rounds; round += 1) {
    const differences = spikyDifferences(count, noise, effectNs)
    const { lower, upper } = signedRankInterval(differences, { level: 0.95, sides })
    if ((lower ?? -Infinity) <= effectNs && (upper ?? Infinity) >= effectNs) held += 1
  }
  return held / rounds
}

test('covers as often as it says', () => {
  // n = 10 covers 95.12 % (two-sided) by calculation; four standard errors of 4,000 rounds are 1.4 %.
  expect(Math.abs(coverage(10, 'two', 4_000, 1) - 0.95117)).toBeLessThan(0.014)
  expect(Math.abs(coverage(100, 'two', 4_000, 2) - 0.95)).toBeLessThan(0.014)
  expect(Math.abs(coverage(100, 'upper', 4_000, 3) - 0.95)).toBeLessThan(0.014)
})
