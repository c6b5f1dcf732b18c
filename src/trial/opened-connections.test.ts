import { expect, test } from 'vitest'
import type { Plan, PlanCase } from '../record/plan.ts'
import type { Exchange } from '../record/samples.ts'
import { countOpened } from './opened-connections.ts'

const plan = { arms: ['bypass', 'offload'] } as unknown as Plan
const planCase = { warmUpBlocks: 1, requests: 2 } as unknown as PlanCase
const by = (port: number, sourcePort: number): Exchange => [port, sourcePort, 0, 0, 1, null]

test('a connection is opened by the first request that is sent on it, in the warm-up or not', () => {
  // Blocks end in any order.
  const blocks = new Map([
    [1, [by(2, 11), by(1, 10)]],
    [0, [by(1, 10), by(2, 11)]],
    [2, [by(1, 12), by(2, 11)]],
  ])
  expect(countOpened(plan, planCase, blocks)).toBe(1)
})

test('the same source port towards another frontend is another connection', () => {
  const blocks = new Map([
    [0, [by(1, 10), by(2, 11)]],
    [1, [by(1, 10), by(2, 11)]],
    [2, [by(1, 11), by(2, 10)]],
  ])
  expect(countOpened(plan, planCase, blocks)).toBe(2)
})

test('a connection for each request', () => {
  const blocks = new Map([0, 1, 2].map((block) => [block, [by(1, 20 + block), by(2, 30 + block)]]))
  expect(countOpened(plan, planCase, blocks)).toBe(4)
})
