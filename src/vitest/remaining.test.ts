import { expect, test } from 'vitest'
import { gatePlan } from '../trial/gate/testing.ts'
import { testPlan } from '../trial/testing/test-plan.ts'
import { fillTime, reportsMs, workOf, type WorkStep } from './planned-work.ts'
import { createRemaining } from './remaining.ts'

const design = { mode: 'awake', decoy: {} } as const
const plan = testPlan({
  ...design,
  agentSleepsMs: [0, 1000],
  asIsBeside: { latencyMs: 1000, requests: 100 },
})

test('the work of a plan: every case with its warm-up, the one as is and the decoy', () => {
  const usual = { blockMs: 9, bootMs: 700, analysisMs: expect.closeTo(90, 0) }
  expect(workOf(plan)).toEqual([
    { ...usual, name: '0 ms × 100', blocks: 120, lagMs: 0 },
    // 112 blocks until a thousand ms of requests are open once, and the 20 that are discarded.
    { ...usual, name: '1000 ms × 100', blocks: 232, lagMs: 1000 },
    { ...usual, name: '1000 ms × 100, as is', blocks: 232, lagMs: 1000 },
    { ...usual, name: 'decoy', blocks: 522, lagMs: 0, analysisMs: expect.closeTo(450, 0) },
  ])
})

test('a gate starts two agents for each case', () => {
  const gate = gatePlan({ agentSleepsMs: [10], blocks: 20, rounds: 2 })
  expect(workOf(gate).map(({ name, bootMs }) => [name, bootMs])).toEqual([
    ['10 ms, round 1', 1220],
    ['10 ms, round 2', 1220],
  ])
})

test('sequential, a block takes as long as its agent sleeps', () => {
  const [step] = workOf({ ...plan, condition: 'sequential', cases: plan.cases.slice(1) })
  expect(step).toMatchObject({ blockMs: 1003, lagMs: 0 })
})

test('where time ends a session: as many steps as are begun in it, and one at least', () => {
  const step = { name: 'unit', blocks: 100, blockMs: 9, bootMs: 90, lagMs: 0, analysisMs: 10 }
  const count = (leftMs: number): number => fillTime(leftMs, () => step).length
  expect([-5, 0, 999, 1000, 1001, 10_000].map(count)).toEqual([1, 1, 1, 1, 2, 10])
})

const usual = { blockMs: 9, bootMs: 700, lagMs: 0, analysisMs: 50 }
const steps: readonly WorkStep[] = [
  { ...usual, name: 'a', blocks: 10 },
  { ...usual, name: 'b', blocks: 20, lagMs: 1000, analysisMs: 900 },
  { ...usual, name: 'c', blocks: 30 },
]
const beside = { blocks: 60 * 9, lag: 1000, analyses: 1000, end: 400 }

test('before the first block it is all of the plan, and each block takes its own time off', () => {
  const { afterBlock } = createRemaining(steps, beside.end, () => 0)
  const all = beside.blocks + beside.lag + beside.analyses + beside.end
  expect(afterBlock(0, 0)).toBe(all + 3 * 700)
  // The boot and what is behind it are over when a first block is told.
  expect(afterBlock(0, 1)).toBe(all - 9 + 2 * 700)
  expect(afterBlock(0, 10)).toBe(all - 90 + 2 * 700)
})

test('at the end nothing is left but its analysis and the reports', () => {
  const { afterBlock } = createRemaining(steps, beside.end, () => 0)
  expect(afterBlock(2, 30)).toBe(450)
  expect(afterBlock(3, 1)).toBe(0)
})

interface Told {
  readonly atMs: number
  readonly leftMs: number
}

/** What is told of a run whose steps start their first and end their last block at these times. */
function tellAll(
  work: readonly WorkStep[],
  endMs: number,
  times: readonly (readonly [number, number])[],
): Told[] {
  let nowMs = 0
  const { afterBlock } = createRemaining(work, endMs, () => nowMs)
  return work.flatMap(({ blocks, blockMs, lagMs }, index) => {
    const [startMs = 0, lastMs = 0] = times[index] ?? []
    const firstMs = startMs + lagMs + blockMs
    return Array.from({ length: blocks }, (_, block): Told => {
      nowMs = firstMs + (block * (lastMs - firstMs)) / Math.max(1, blocks - 1)
      return { atMs: nowMs, leftMs: afterBlock(index, block + 1) }
    })
  })
}

test.for([100, 700, 5000])('boots of %i ms are learned from those that were seen', (bootMs) => {
  let nowMs = 0
  const times = steps.map(({ blocks, blockMs, lagMs, analysisMs }): [number, number] => {
    const startMs = nowMs + bootMs
    const lastMs = startMs + lagMs + blocks * blockMs
    nowMs = lastMs + analysisMs
    return [startMs, lastMs]
  })
  const endMs = nowMs + beside.end
  const half = tellAll(steps, beside.end, times).find(({ atMs }) => atMs >= endMs / 2)
  expect(half?.leftMs).toBeCloseTo(endMs - (half?.atMs ?? NaN), 6)
})

// `npm run bench`, 25 November 2026, HAProxy 3.2.26, two cores kept awake, 15:58 UTC: when the first block of each case
// began and its last one ended, and when run.json was there, in ms.
const recorded: readonly (readonly [number, number])[] = [
  [3_120, 3_395],
  [3_920, 5_021],
  [5_543, 14_843],
  [16_246, 16_529],
  [16_980, 18_099],
  [18_577, 27_913],
  [29_219, 29_505],
  [30_042, 31_143],
  [31_842, 41_225],
  [42_677, 43_167],
  [43_677, 44_997],
  [45_548, 55_074],
  [56_604, 58_898],
  [59_473, 62_610],
  [63_143, 73_536],
  [75_813, 85_085],
  [86_111, 90_882],
]
const recordedEndMs = 98_200

test.for([0.1, 0.25, 0.5, 0.75])('a whole run that was measured: within 15 per cent at %s of it', (share) => {
  const matrix = testPlan({
    ...design,
    agentSleepsMs: [0, 1, 10, 100, 1000],
    requests: [10, 100, 1000],
    asIsBeside: { latencyMs: 10, requests: 1000 },
  })
  const told = tellAll(workOf(matrix), reportsMs(workOf(matrix)), recorded)
  const [{ atMs: startMs } = { atMs: 0 }] = told
  const found = told.find(({ atMs }) => atMs >= startMs + share * (recordedEndMs - startMs))
  const trulyMs = recordedEndMs - (found?.atMs ?? NaN)
  expect(Math.abs((found?.leftMs ?? NaN) / trulyMs - 1)).toBeLessThan(0.15)
})
