import { expect, test } from 'vitest'
import { planTrial } from '../trial/plan-trial.ts'
import { createRemaining } from './remaining.ts'

const plan = planTrial({
  runId: 'a-run',
  startedAt: '2026-01-01T00:00:00.000Z',
  condition: 'paced',
  arms: ['bypass', 'placebo', 'offload'],
  agentSleepsMs: [0, 1000],
  requests: [100],
  marginMs: 2,
  mode: 'as-is',
  release: { major: 3, minor: 2 },
})

test('the time left follows from the plan, and shrinks to nearly nothing', () => {
  const { afterBlock } = createRemaining(plan)
  // 120 blocks of 9 ms; then 232 of them, and a second until the last sleeper has answered.
  const first = 120 * 9
  const second = 232 * 9 + 1000
  expect(afterBlock(0, 0)).toBeGreaterThan(first + second)
  expect(afterBlock(0, 0)).toBeLessThan(first + second + 2000)
  expect(afterBlock(0, 60) - afterBlock(0, 120)).toBeCloseTo(60 * 9, 6)
  expect(afterBlock(1, 232)).toBeLessThan(2000)
})
