import { expect, test } from 'vitest'
import type { Plan } from '../record/plan.ts'
import type { Exchange } from '../record/samples.ts'
import { caseResult, effect } from '../report/testing.ts'
import { plannedCases } from '../trial/decoy.ts'
import { gatePlan } from '../trial/gate/testing.ts'
import { testPlan } from '../trial/testing/test-plan.ts'
import { createCaseProgress } from './case-progress.ts'
import type { ProgressEvent } from './progress-channel.ts'

const plan = testPlan({
  requests: [30],
  decoy: { requests: 40 },
})

type Blocks = Extract<ProgressEvent, { type: 'blocks' }>

/** Sends every block of a plan through the progress of a run that takes `blockMs` for each. */
function run(
  of: Plan,
  blockMs: number,
  delayMs: (block: number) => number = () => 0,
  placeboMs = effect(0.001, 0.01),
): Blocks[] {
  const events: ProgressEvent[] = []
  let nowMs = 0
  const { onProgress, opened } = createCaseProgress({ send: (event) => events.push(event) }, of, {
    now: () => nowMs,
  })
  for (const { id, warmUpBlocks, requests } of plannedCases(of)) {
    const total = warmUpBlocks + requests
    for (let block = 0; block < total; block++) {
      nowMs += blockMs
      const exchange: Exchange = [20_000, 40_000, 0, delayMs(block) * 1_000_000, 9_000_000, null]
      onProgress(id, block + 1, total, { block, exchanges: of.arms.map(() => exchange) })
    }
    opened(caseResult({ id, placeboMs }))
  }
  return events.filter((event) => event.type === 'blocks')
}

const blocks = plannedCases(plan).map(({ warmUpBlocks, requests }) => warmUpBlocks + requests)
const sum = blocks.reduce((total, one) => total + one, 0)

test('a block may take any time: the first and the last of every case are told, and they add up to the plan', () => {
  for (const blockMs of [0, 9, 100, 1000]) {
    const events = run(plan, blockMs)
    const last = [...Map.groupBy(events, ({ caseIndex }) => caseIndex).values()].map((of) => of.at(-1))
    expect(last.map((event) => event?.blocksDone)).toEqual(blocks)
    expect(last.map((event) => event?.blocksTotal)).toEqual(blocks)
    expect(events.at(-1)?.all).toEqual({ done: sum, total: sum })
    const done = events.map(({ all }) => all?.done ?? 0)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect(events.filter(({ blocksDone }) => blocksDone === 1)).toHaveLength(blocks.length)
  }
})

test('fast blocks are told four times a second, slow ones each', () => {
  expect(run(plan, 1000)).toHaveLength(sum)
  const quick = run(plan, 9)
  expect(quick.length).toBeLessThanOrEqual(2 * blocks.length + (sum * 9) / 250)
  expect(quick.length).toBeGreaterThan(2 * blocks.length)
})

test('the placebo is dark until a case is open, and shows what the open ones have', () => {
  const lights = run(plan, 1000).map(({ caseIndex, health }) => [caseIndex, health?.placebo ?? null])
  expect(new Set(lights.filter(([index]) => index === 0).map(([, light]) => light))).toEqual(new Set([null]))
  expect(lights.filter(([index]) => index === 1)[0]?.[1]).toMatchObject({
    estimateMs: 0.001,
    isBeyond: false,
  })
  const off = run(plan, 1000, () => 0, effect(0.05, 0.01)).at(-1)
  expect(off?.health?.placebo).toMatchObject({ isBeyond: true })
})

test('late starts are those of the case, warm-up excepted, once there are enough of them', () => {
  const warmUp = plan.cases[0]?.warmUpBlocks ?? 0
  const onlyWarmUp = run(plan, 1000, (block) => (block < warmUp ? 5 : 0))
  expect(onlyWarmUp[0]?.health?.lateShare).toBeNull()
  expect(onlyWarmUp.at(-1)?.health?.lateShare).toBe(0)
  // A case that has just begun shows what the one before had.
  expect(onlyWarmUp.find(({ caseIndex }) => caseIndex === 1)?.health?.lateShare).toBe(0)
  // Of the 40 blocks of the decoy the last ten.
  const end = (blocks.at(-1) ?? 0) - 10
  expect(run(plan, 1000, (block) => (block >= end ? 5 : 0)).at(-1)?.health?.lateShare).toBe(0.25)
})

test('what can not be known is absent: no placebo in a gate, no schedule one at a time', () => {
  const gate = run(gatePlan({ blocks: 24, rounds: 2 }), 9)
  expect(Object.keys(gate.at(-1)?.health ?? {})).toEqual(['lateShare'])
  const { decoy: _, ...others } = plan
  const sequential = run({ ...others, condition: 'sequential' }, 9)
  expect(Object.keys(sequential.at(-1)?.health ?? {})).toEqual(['placebo'])
})
