import { expect, test } from 'vitest'
import type { Stretch } from '../record/rates.ts'
import { analyseSteps } from './blinded-steps.ts'
import { findFaults, openSteps } from './open-steps.ts'
import { makeStretch, testCell, testPlan } from './testing.ts'

/** Six rounds of two rates; code 1 takes 0.2 ms more than code 0, and rounds differ by far more than that. */
const stretches: Stretch[] = [1000, 5000].flatMap((rate) =>
  [0, 1, 2, 3, 4, 5].flatMap((round) => [
    makeStretch({ rate, round, code: 0 }, 0.3 + round / 10, '--'),
    makeStretch({ rate, round, code: 1 }, 0.5 + round / 10, '50'),
  ]),
)
const armsOf = (): readonly ['bypass', 'offload'] => ['bypass', 'offload']
const swapped = stretches.map((stretch): Stretch => ({ ...stretch, code: stretch.code === 0 ? 1 : 0 }))

test('overhead is paired by round, so that rounds that differ leave it certain', () => {
  const [step] = openSteps(analyseSteps(testPlan, stretches, true), armsOf)
  expect(step?.overheadMs.estimate).toBeCloseTo(0.2, 2)
  expect(step?.overheadMs.upper).toBeLessThan(0.21)
  expect(step?.overheadMs.lower).toBeGreaterThan(0.19)
  expect(step?.overheadP99Ms?.estimate).toBeGreaterThan(0.2)
  expect(step?.offload.haproxyThread).toBeCloseTo(0.4)
  // A rate of which a round is missing has no figures.
  expect(analyseSteps(testPlan, stretches.slice(0, -1), true).map(({ rate }) => rate)).toEqual([1000])
})

test('exchanging the codes exchanges the figures and turns the differences around, exactly', () => {
  const opened = openSteps(analyseSteps(testPlan, stretches, true), armsOf)
  expect(openSteps(analyseSteps(testPlan, swapped, true), () => ['offload', 'bypass'])).toEqual(opened)
  expect(openSteps(analyseSteps(testPlan, swapped, true), armsOf)).not.toEqual(opened)
})

test('a p99 takes a thousand requests a round', () => {
  const few = stretches.map((stretch): Stretch => ({ ...stretch, latency: [4000, 900] }))
  const [step] = openSteps(analyseSteps(testPlan, few, true), armsOf)
  expect(step?.offload).toMatchObject({ p99Ms: null })
  expect(step?.offload.pooledP99Ms).not.toBeNull()
  expect(step?.overheadP99Ms).toBeNull()
})

test('proofs that hold have no fault; a score on bypass and an offload without one have', () => {
  const always = (): boolean => true
  expect(findFaults(stretches, armsOf, always)).toEqual([])
  const [fault] = findFaults(swapped, armsOf, always)
  expect(fault).toBe(`${testCell.id}, 1000/s, round 1, offload: 1000 requests passed the agent by`)
  const [stretch] = stretches as [Stretch]
  expect(findFaults([{ ...stretch, bodies: { no: 1 } }], armsOf, always)).toHaveLength(1)
  expect(findFaults([{ ...stretch, failures: { ECONNRESET: 2 } }], armsOf, always)[0]).toContain(
    '2 requests failed',
  )
})

test('past saturation requests may pass the agent by and fail: that is what is looked for there', () => {
  const over = makeStretch({ rate: 5000, round: 0, code: 1 }, 1, '50')
  const fallen = { ...over, bodies: { 50: 900, '--': 100 }, failures: { 'status 503': 1 } }
  expect(findFaults([fallen], armsOf, () => false)).toEqual([])
  expect(findFaults([fallen], armsOf, () => true)).toHaveLength(2)
  expect(findFaults([{ ...over, notifies: 10 }], armsOf, () => false)).toHaveLength(1)
})
