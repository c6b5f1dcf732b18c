import { expect, test } from 'vitest'
import { blocksForEffect, blocksToDecide, minimumDetectable, planBlocks, standardErrorOf } from './power.ts'
import { signedRankInterval, signedRankTest } from './signed-rank.ts'
import { robustDeviation } from './spread.ts'
import { normalNoise, spikyDifferences } from './testing.ts'

const plan = { alpha: 0.05, power: 0.95 }

test('what a run can see follows from its own interval', () => {
  // 1.96 standard errors on either side; 1.645 for the error, 1.645 for the power.
  const standardError = standardErrorOf({ lower: -1.959964, upper: 1.959964 }, 0.95)!
  expect(standardError).toBeCloseTo(1, 6)
  expect(minimumDetectable(standardError, plan)).toBeCloseTo(3.2897, 4)
  expect(standardErrorOf({ lower: null, upper: null }, 0.95)).toBeNull()
})

test('half the effect takes four times the blocks', () => {
  const one = blocksForEffect({ standardError: 1, count: 100 }, 3.2897073, plan)
  expect(one).toBe(100)
  expect(blocksForEffect({ standardError: 1, count: 100 }, 3.2897073 / 2, plan)).toBe(400)
})

test('what is still to do is what is missing, and nothing decides an estimate on the margin', () => {
  const run = { estimate: 1.5, standardError: 0.5 / 3.2897073, count: 100 }
  expect(blocksToDecide(run, 1.75, plan)).toBe(300)
  expect(blocksToDecide(run, 1.25, plan)).toBe(300)
  expect(blocksToDecide(run, 3, plan)).toBe(0)
  expect(blocksToDecide(run, 1.5, plan)).toBeNull()
})

test('a plan from the spread alone', () => {
  // (3.2897 * 0.35 / 0.1)^2 * pi / 3
  expect(planBlocks(0.35, 0.1, plan)).toBe(139)
  expect(() => planBlocks(0.35, 0, plan)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }))
})

/** Share of runs in which a shift of `effect` is found. */
function detected(count: number, effect: number, rounds: number, seed: number): number {
  const noise = normalNoise(seed)
  let found = 0
  for (let round = 0; round < rounds; round += 1) {
    const differences = spikyDifferences(count, noise, effect)
    if (signedRankTest(differences, { shift: 0, alternative: 'greater' }) <= plan.alpha) found += 1
  }
  return found / rounds
}

test('an effect of the minimum detectable size is found as often as promised', () => {
  const pilot = spikyDifferences(4_000, normalNoise(11))
  const standardError = standardErrorOf(signedRankInterval(pilot, { level: 0.95, sides: 'two' }), 0.95)!
  const effect = 60_000
  const count = blocksForEffect({ standardError, count: pilot.length }, effect, plan)
  // What simulation needs is within 10 % of the plan: a tenth less is too little, a tenth more enough.
  expect(detected(Math.round(0.9 * count), effect, 4_000, 12)).toBeLessThan(plan.power)
  expect(detected(Math.round(1.1 * count), effect, 4_000, 13)).toBeGreaterThan(plan.power)
  // The spread alone is a coarser guide where noise has spikes: 15 % too few here.
  expect(planBlocks(robustDeviation(pilot), effect, plan) / count).toBeGreaterThan(0.75)
})
