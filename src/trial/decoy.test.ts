import { expect, test } from 'vitest'
import type { DecoyPlan, Plan } from '../record/plan.ts'
import { runSchema, type Run } from '../record/run.ts'
import { analyseRun } from './analyse-run.ts'
import { caseKey } from './allocation.ts'
import { decoyId, drawDecoy, plannedCases } from './decoy.ts'
import { testPlan } from './testing/test-plan.ts'
import type { RunRecords } from './run-folder.ts'
import { made, syntheticRecords } from './testing/synthetic-run.ts'

function planOf(decoy: Partial<DecoyPlan> = {}): Plan {
  return testPlan({
    agentSleepsMs: [0],
    decoy,
  })
}
const analyse = (records: RunRecords): Run => runSchema.parse(analyseRun(records))
const keyOf = (index: number): Uint8Array => caseKey(new Uint8Array(32).fill(index), decoyId)

test('an injection that shows is found, and the run is judged as ever', () => {
  const { decoy, outcome, cases } = analyse(syntheticRecords(planOf()))
  expect(decoy).toMatchObject({ isFound: true, faults: [], requests: 500, alpha: 0.005 })
  expect(decoy?.effectMs?.estimate).toBeCloseTo(decoy?.injectedMs ?? 0, 2)
  expect(outcome).toBe('within')
  expect(cases.map(({ id }) => id)).toEqual(['0ms-100'])
})

test.for([0, -1])('an injection of which %s shows is missed, and the run is invalid', (share) => {
  const { decoy, outcome, reasons } = analyse(syntheticRecords(planOf(), made, share))
  expect(decoy?.isFound).toBe(false)
  expect(outcome).toBe('invalid')
  expect(reasons).toEqual([expect.stringMatching(/^the decoy was missed, 0\.\d{3} ms in 500 blocks: p = /)])
})

test('a run without the decoy that was planned is incomplete', () => {
  const records = syntheticRecords(planOf())
  const lines = records.lines.filter((line) => !('case' in line) || line.case !== decoyId)
  const { outcome, decoy } = analyse({ ...records, lines })
  expect(decoy).toBeNull()
  expect(outcome).toBe('incomplete')
})

test('an agent that did not sleep what was drawn is a fault', () => {
  const records = syntheticRecords(planOf({ latenciesMs: [10] }))
  const lines = structuredClone(records.lines)
  for (const line of lines) {
    if (line.type === 'agent' && line.case === decoyId) for (const notify of line.notifies) notify[4] -= 1e6
  }
  const { outcome, reasons } = analyse({ ...records, lines })
  expect(outcome).toBe('invalid')
  expect(reasons[0]).toMatch(/^decoy: expected the agent to sleep 10 ms, as was drawn; it slept 9.1/)
})

test('sleep, size and port are drawn, each from all that it may be', () => {
  const plan = planOf()
  const drawn = Array.from({ length: 200 }, (_, index) =>
    drawDecoy(plan, plan.decoy as DecoyPlan, keyOf(index)),
  )
  const seen = (values: readonly number[]): number[] => [...new Set(values)].toSorted((a, b) => a - b)
  expect(seen(drawn.map(({ latencyMs }) => latencyMs))).toEqual([0, 1, 10])
  expect(seen(drawn.map(({ injected }) => injected))).toEqual([0, 1, 2])
  const sizes = drawn.map(({ injectedMs }) => injectedMs)
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(0.15)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(0.3)
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeGreaterThan(0.13)
  for (const { spinsNs, injected, twin } of drawn) {
    expect(injected).not.toBe(twin)
    expect(spinsNs.filter((spinNs) => spinNs > 0)).toEqual([spinsNs[injected]])
  }
})

test('what is not sealed about it is the same whatever was drawn', () => {
  expect(plannedCases(planOf()).at(-1)).toEqual({
    id: decoyId,
    latencyMs: 0,
    requests: 500,
    warmUpBlocks: 22,
    mode: 'as-is',
    isJudged: false,
  })
})
