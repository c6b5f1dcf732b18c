import { expect, test } from 'vitest'
import type { Effect, LatencyResult } from '../record/run.ts'
import { analyseRun } from './analyse-run.ts'
import { conclude, type Conclusion } from './conclude.ts'
import { adjustLatencies, testLatency, testRun } from './margin-family.ts'
import { placeboFault } from './placebo.ts'
import { testPlan } from './testing/test-plan.ts'
import { syntheticRecords } from './testing/synthetic-run.ts'

const latenciesMs = [0, 1, 10, 100, 1000]
const plan = testPlan({
  agentSleepsMs: latenciesMs,
})

const honest = analyseRun(syntheticRecords(plan))
const first = honest.latencies[0] as LatencyResult

function effect(estimate: number, halfWidth: number | null): Effect {
  const lower = halfWidth === null ? null : estimate - halfWidth
  const upper = halfWidth === null ? null : estimate + halfWidth
  return { ...(honest.placeboMs as Effect), estimate, lower, upper }
}

/** The first latency exceeds with this p taken alone, the others are far below the margin. */
function concludeWith(exceeds: number, placeboMs: Effect | null = null): Conclusion {
  const latencies = honest.latencies.map((latency, index): LatencyResult => ({
    ...latency,
    verdict: index === 0 ? 'exceeds' : 'within',
    pValues: {
      within: index === 0 ? 1 - exceeds : 1e-9,
      exceeds: index === 0 ? exceeds : 1,
      withinAdjusted: null,
      exceedsAdjusted: null,
    },
  }))
  const adjusted = adjustLatencies(latencies)
  const found = {
    results: honest.cases,
    latencies: adjusted,
    pValues: testRun(adjusted),
    placeboMs,
    decoy: null,
  }
  return conclude(plan, { ...found, endReason: 'complete' })
}

test('one latency of five exceeds only when Holm lets it, at 1 % for the five', () => {
  expect(concludeWith(0.0019).outcome).toBe('exceeds')
  expect(concludeWith(0.0021)).toEqual({
    outcome: 'inconclusive',
    reasons: [
      '0 ms exceeds the margin taken alone, and not as one of 5: p = 0.010 after Holm, 0.01 is needed',
    ],
  })
})

test('p-values: the run is as weak as its weakest latency, and any means the smallest after Holm', () => {
  const margin = [
    [-3, -2, -1, -2.5, -1.5, -0.5],
    [-3, -2, 0.1, -2.5, -1.5, -0.5],
  ].map((ms) =>
    testLatency(
      ms.map((each) => each * 1_000_000),
      0,
    ),
  )
  // 2^-6, and twice that where one small difference points the other way.
  expect(margin.map(({ within }) => within)).toEqual([1 / 64, 2 / 64])
  const adjusted = adjustLatencies(margin.map((pValues) => ({ ...first, pValues })))
  expect(adjusted.map(({ pValues }) => pValues?.withinAdjusted)).toEqual([2 / 64, 2 / 64])
  expect(testRun(adjusted)).toEqual({ allWithin: 2 / 64, anyExceeds: 1, anyLevel: 0.01 })
})

test('a latency without p-values leaves its family without adjusted ones', () => {
  const latencies = adjustLatencies([{ ...first, pValues: null }, first])
  expect(latencies[0]?.pValues).toBeNull()
  expect(testRun(latencies)).toBeNull()
})

test('a placebo that differs surely and by more than 20 us makes a run invalid, either alone does not', () => {
  expect(concludeWith(0.0001, effect(0.03, 0.01))).toMatchObject({ outcome: 'invalid' })
  expect(concludeWith(0.0001, effect(-0.03, 0.01)).reasons[0]).toMatch(
    /^the placebo, a second bypass, differs from bypass by -0\.030 ms \(99\.5 % interval -0\.040 to -0\.020/,
  )
  expect(placeboFault(effect(0.02, 0.01))).toBeNull()
  expect(placeboFault(effect(0.03, 0.04))).toBeNull()
  expect(placeboFault(effect(0.03, null))).toBeNull()
  expect(placeboFault(null)).toBeNull()
})
