import { expect, test } from 'vitest'
import { commitToRates, hashRatesDesign, hashRatesPlan } from '../record/rates.ts'
import { planDurationMs, planRates, ratesOf, windowMsOf } from './plan-rates.ts'
import { testCell, testPlan } from './testing.ts'

const { runId, startedAt, cells, rounds, level } = testPlan
const design = { runId, startedAt, cells, rounds, level }

test('a plan takes the time that it is given and no more', () => {
  for (const seconds of [30, 60, 180, 1000]) {
    const plan = planRates({ ...design, seconds })
    expect(planDurationMs(plan)).toBeLessThanOrEqual(seconds * 1000)
    expect(planDurationMs({ ...plan, windowMs: plan.windowMs + 2 })).toBeGreaterThan(seconds * 1000)
  }
})

test('too little time is told with what it takes', () => {
  expect(() => planRates({ ...design, seconds: 5 })).toThrow(/which takes \d+ for 1 cells, got 5/)
})

test('low rates get longer windows, so that they make a p99, but not for ever', () => {
  expect(windowMsOf({ windowMs: 500 }, 10_000)).toBe(500)
  expect(windowMsOf({ windowMs: 500 }, 1000)).toBe(1120)
  expect(windowMsOf({ windowMs: 500 }, 1)).toBe(2000)
})

test('rates go from a tenth of a capacity to past it', () => {
  const rates = ratesOf(12_345)
  expect(rates[0]).toBe(1200)
  expect(rates.at(-1)).toBeGreaterThan(12_345)
  expect(rates).toEqual(rates.toSorted((a, b) => a - b))
})

test('a run is bound to its plan and seed; attempts share a design whatever a probe found', () => {
  const seed = new Uint8Array(32)
  const other = { ...testPlan, cells: [{ ...testCell, capacity: 9000, rates: [900, 4500, 10_000] }] }
  expect(hashRatesPlan(other)).not.toBe(hashRatesPlan(testPlan))
  expect(commitToRates(other, seed)).not.toBe(commitToRates(testPlan, seed))
  expect(hashRatesDesign(other)).toBe(hashRatesDesign(testPlan))
  expect(hashRatesDesign({ ...testPlan, rounds: 7 })).not.toBe(hashRatesDesign(testPlan))
  // As a run makes it: its windows follow from its rates.
  const planned = planRates({ ...design, cells: other.cells, seconds: 60 })
  const found = { ...testCell, capacity: 4000, rates: [400, 2000, 4800] }
  const again = planRates({ ...design, runId: 'again', cells: [found], seconds: 60 })
  expect(again.windowMs).not.toBe(planned.windowMs)
  expect(hashRatesDesign(again)).toBe(hashRatesDesign(planned))
  const longer = planRates({ ...design, cells: other.cells, seconds: 61 })
  expect(hashRatesDesign(longer)).not.toBe(hashRatesDesign(planned))
  // Of a plan that does not say so, only the same windows are the same thing.
  const { seconds: _, ...earlier } = planned
  expect(hashRatesDesign({ ...earlier, windowMs: 700 })).not.toBe(hashRatesDesign(earlier))
})
