import { expect, test } from 'vitest'
import { computeArmFigures, type ArmFigures } from './figures.ts'
import { type Behaviour, outageTimes, requestsOf } from './testing.ts'

const arm = { arm: 'pass', timeoutMs: 300 } as const

function figures(changes: Partial<Behaviour> = {}): ArmFigures {
  const behaviour = { fates: ['unchecked'], waitMs: 300, error: 1, lingerMs: 0, ...changes } as const
  return computeArmFigures(arm, requestsOf('pass', behaviour), outageTimes, 0.95)
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
  const { before, whole, fates } = figures({ fates: ['rejected'] })
  expect(before).toEqual({ checked: 10, unchecked: 0, rejected: 0, failed: 0 })
  expect(whole).toMatchObject({ checked: 59, rejected: 91 })
  expect(fates).toMatch(/^c{10}r{91}c{49}$/)
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
