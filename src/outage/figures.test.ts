import { expect, test } from 'vitest'
import type { OutageArm } from '../record/outage.ts'
import { type CodeFigures, computeCodeFigures } from './figures.ts'
import { type Behaviour, outageTimes, requestsOf } from './testing.ts'

/** Of the arm, whose requests are compared with the others. */
function figures(
  changes: Partial<Behaviour> = {},
): Omit<CodeFigures, 'addedMs'> & Pick<OutageArm, 'addedMs'> {
  const behaviour = { fates: ['unchecked'], waitMs: 300, error: 1, lingerMs: 0, ...changes } as const
  const [, own] = computeCodeFigures(requestsOf(behaviour), 2, outageTimes, 0.95)
  return { ...own!, addedMs: own!.addedMs[0]! }
}

test('what a request without a verdict pays is paired with bypass in its block', () => {
  const { addedMs, errors } = figures()
  // From 100 to 700 ms: later ones may still wait when the outage ends.
  expect(addedMs).toMatchObject({ count: 61, estimate: 300, lower: 300, upper: 300 })
  expect(errors).toEqual({ 1: 61 })
})

test('only requests that lost their verdict have added latency', () => {
  const { addedMs, during } = figures({ fates: ['checked', 'unchecked'] })
  expect(during).toEqual({ checked: 31, unchecked: 30, rejected: 0, failed: 0 })
  expect(addedMs).toMatchObject({ count: 30, estimate: 300 })
  expect(figures({ fates: ['checked'] }).addedMs).toBeNull()
})

test('requests before the outage, and all of them', () => {
  const { before, whole } = figures({ fates: ['rejected'] })
  expect(before).toEqual({ checked: 10, unchecked: 0, rejected: 0, failed: 0 })
  expect(whole).toMatchObject({ checked: 59, rejected: 91 })
})

test.for([
  [0, 9],
  [55, 59],
  [120, 129],
] as const)('%i ms after it is well an agent is missed: back after %i ms', ([lingerMs, recoveryMs]) => {
  // It is well at 1,001 ms, and requests start every 10.
  expect(figures({ lingerMs }).recoveryMs).toBe(recoveryMs)
})

test('nine verdicts in a row are no recovery', () => {
  expect(figures({ lingerMs: 405 }).recoveryMs).toBeNull()
  expect(figures({ lingerMs: 390 }).recoveryMs).toBe(399)
})

test('every code is compared with every other one, for which is the control is not known yet', () => {
  const behaviour = { fates: ['unchecked'], waitMs: 300, error: 1, lingerMs: 0 } as const
  const [bypass, own] = computeCodeFigures(requestsOf(behaviour), 2, outageTimes, 0.95)
  expect(bypass!.addedMs).toEqual([null, expect.objectContaining({ estimate: -300 })])
  expect(own!.addedMs).toEqual([expect.objectContaining({ estimate: 300 }), null])
})
