import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MixRequest } from '../record/traffic.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { testPlan } from './testing/test-plan.ts'

const plan = testPlan({
  agentSleepsMs: [0, 1000],
  requests: [10, 100],
})
const planCase = plan.cases[1]!
const seed = new Uint8Array(32).fill(7)

test('every block visits every port once', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (anySeed) => {
      const { portOfSlot } = allocateBlocks(plan, planCase, caseKey(anySeed, planCase.id))
      expect(portOfSlot).toHaveLength(3 * (planCase.warmUpBlocks + planCase.requests))
      for (let slot = 0; slot < portOfSlot.length; slot += 3) {
        expect(portOfSlot.slice(slot, slot + 3).toSorted((a, b) => a - b)).toEqual([0, 1, 2])
      }
    }),
    { numRuns: 20 },
  )
})

test('the order differs from block to block and the arms from case to case', () => {
  const { portOfSlot } = allocateBlocks(plan, planCase, caseKey(seed, planCase.id))
  const orders = new Set(
    Array.from({ length: 100 }, (_, block) => portOfSlot.slice(3 * block, 3 * block + 3).join('')),
  )
  expect(orders.size).toBe(6)
  const arms = new Set(
    Array.from({ length: 40 }, (_, n) =>
      allocateBlocks(plan, planCase, caseKey(seed, `case ${n}`)).armOfPort.join(),
    ),
  )
  expect(arms.size).toBe(6)
})

test('starts keep one mean rate and never change their order', () => {
  const { offsetsNs } = allocateBlocks(plan, planCase, caseKey(seed, planCase.id))
  offsetsNs?.forEach((offsetNs, slot) => {
    expect(offsetNs).toBeGreaterThanOrEqual(slot * 3_000_000)
    expect(offsetNs).toBeLessThan(slot * 3_000_000 + 1_000_000)
  })
})

test('a mix is sent whole in random order, again and again, one request of it in each block', () => {
  const request = (path: string, times: number): MixRequest => ({ method: 'GET', path, headers: [], times })
  const mix = { from: 'mix.json', requests: [request('/a', 1), request('/b', 3), request('/c', 1)] }
  const mixed = { ...plan, traffic: { connection: 'new' as const, mix } }
  const { requestOfBlock, ...others } = allocateBlocks(mixed, planCase, seed)
  expect(requestOfBlock).toHaveLength(planCase.warmUpBlocks + planCase.requests)
  const bags = Array.from({ length: 20 }, (_, round) => requestOfBlock?.slice(5 * round, 5 * round + 5) ?? [])
  for (const bag of bags) expect(bag.toSorted((a, b) => a - b)).toEqual([0, 1, 1, 1, 2])
  expect(new Set(bags.map(String)).size).toBeGreaterThan(5)
  expect(allocateBlocks(mixed, planCase, new Uint8Array(32)).requestOfBlock).not.toEqual(requestOfBlock)
  // What is sent has no part in when, to which port and in what order.
  expect(others).toEqual(allocateBlocks(plan, planCase, seed))
})

test('one at a time has no schedule', () => {
  expect(allocateBlocks({ ...plan, condition: 'sequential' }, planCase, seed).offsetsNs).toBeNull()
})

test('the warm-up lets the full concurrency open once, and 20 blocks more', () => {
  expect(plan.cases.map(({ id, warmUpBlocks }) => [id, warmUpBlocks])).toEqual([
    ['0ms-10', 20],
    ['0ms-100', 20],
    // A second of sleep at one offloaded request every 9 ms: 112 blocks.
    ['1000ms-10', 132],
    ['1000ms-100', 132],
  ])
})
