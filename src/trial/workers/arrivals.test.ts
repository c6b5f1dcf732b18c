import { expect, test } from 'vitest'
import type { OriginRecord } from '../../record/samples.ts'
import { testPlan } from '../testing/test-plan.ts'
import { createArrivals } from './arrivals.ts'

/** Two shares of 21 blocks of two requests: numbers 0 to 41 and 42 to 83. */
const plan = testPlan({
  arms: ['bypass', 'offload'],
  agentSleepsMs: [0],
  requests: [2],
  workers: { count: 2, host: '127.0.0.1' },
})
const patientMs = plan.requestDeadlineMs
const numbered = (...numbers: number[]): OriginRecord[] => numbers.map((number) => [number, 0, 'none'])
const range = (from: number, until: number): number[] =>
  Array.from({ length: until - from }, (_, index) => from + index)

test('when the last request has come there is nothing to wait for', () => {
  const arrivals = createArrivals(plan)
  arrivals.take(numbered(...range(0, 83)), 0)
  expect(arrivals.isOver(10)).toBe(false)
  arrivals.take(numbered(83), 20)
  expect(arrivals.isOver(20)).toBe(true)
})

test('a request that never comes is not waited for longer than it may take', () => {
  const arrivals = createArrivals(plan)
  arrivals.take(numbered(...range(0, 42), 42), 0)
  arrivals.take(numbered(...range(43, 83)), 1_000)
  expect(arrivals.isOver(patientMs + 1_000)).toBe(false)
  expect(arrivals.isOver(patientMs + 2_000)).toBe(true)
  expect(arrivals.shares()).toEqual([
    { share: 1, come: 42, planned: 42 },
    { share: 2, come: 41, planned: 42 },
  ])
})

test('a share that has not begun is waited for, however long', () => {
  const arrivals = createArrivals(plan)
  expect(arrivals.silenceMs(5)).toBeNull()
  arrivals.take(numbered(...range(0, 40)), 0)
  expect(arrivals.isOver(100 * patientMs)).toBe(false)
  arrivals.take(numbered(42), 100 * patientMs)
  expect(arrivals.isOver(100 * patientMs)).toBe(false)
  expect(arrivals.isOver(102 * patientMs)).toBe(true)
})

test("somebody else's requests keep nobody waiting, one that comes twice does", () => {
  const arrivals = createArrivals(plan)
  arrivals.take(numbered(0, 42), 0)
  arrivals.take(numbered(-1, 84), patientMs)
  expect(arrivals.silenceMs(2 * patientMs)).toBe(2 * patientMs)
  expect(arrivals.come).toBe(2)
  arrivals.take(numbered(0), 2 * patientMs)
  expect(arrivals.isOver(2 * patientMs + 1)).toBe(false)
})
