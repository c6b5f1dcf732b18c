import { expect, test } from 'vitest'
import type { Outcome } from '../record/run.ts'
import { effect } from '../report/testing.ts'
import { admitRun } from './admit-run.ts'
import { requireStanding } from './read-run.ts'
import { storedRunSchema } from './record.ts'
import { soundRun } from './testing.ts'

test('what is kept: estimates, placebo, decoy and how awake the machine was; no latency', () => {
  const sound = soundRun('run-1', [0.21, 0.34])
  const decoy = {
    requests: 500,
    latencyMs: 1,
    injectedMs: 0.2,
    effectMs: effect(0.19, 0.03),
    p: 1e-6,
    alpha: 0.005,
    isFound: true,
    faults: [],
  }
  const stored = admitRun({ ...sound, run: { ...sound.run, decoy } }, 'first five')
  expect(storedRunSchema.parse(stored)).toEqual(stored)
  expect(stored).toMatchObject({
    runId: 'run-1',
    reason: 'first five',
    attempt: 1,
    latencies: [
      { latencyMs: 0, overheadMs: { estimate: 0.21 } },
      { latencyMs: 10, overheadMs: { estimate: 0.34 } },
    ],
    calibration: {
      placeboMs: { estimate: -0.001 },
      decoy: { injectedMs: 0.2, seenMs: 0.19 },
      wakeMs: 0.05,
      stealShare: 0.001,
    },
  })
  // Arms are where latencies are.
  expect(JSON.stringify(stored)).not.toMatch(/bypass|offload|"mean"/)
})

test('a placebo that leaves nought out is not clean, even where the run is valid', () => {
  const sound = soundRun('run-1')
  for (const [estimate, half] of [
    [0.015, 0.01],
    [-0.015, 0.01],
    [0.001, null],
  ] as const) {
    const run = { ...sound.run, placeboMs: effect(estimate, half) }
    expect(() => admitRun({ ...sound, run }, 'r')).toThrow(expect.objectContaining({ code: 'invalid' }))
  }
  expect(() => admitRun({ ...sound, run: { ...sound.run, placeboMs: null } }, 'r')).toThrow(/no placebo/)
})

test('a latency without a verdict is no estimate', () => {
  const sound = soundRun('run-1')
  const latencies = sound.run.latencies.map((latency) => ({ ...latency, verdict: null }))
  expect(() => admitRun({ ...sound, run: { ...sound.run, latencies } }, 'r')).toThrow(/no verdict at 0 ms/)
})

const withOutcome = (outcome: Outcome): ReturnType<typeof soundRun>['run'] => ({
  ...soundRun('run-1').run,
  outcome,
  reasons: ['because'],
})

test.for(['within', 'exceeds', 'inconclusive'] as const)('a run that is %s can be kept', (outcome) => {
  expect(requireStanding(withOutcome(outcome))).toBeUndefined()
})

test.for([
  ['measured', 2],
  ['incomplete', 2],
  ['invalid', 5],
  ['unblinded', 5],
] as const)('a run that is %s can not: exit code %i, and why', ([outcome, exitCode]) => {
  expect(() => requireStanding(withOutcome(outcome))).toThrow(
    expect.objectContaining({ exitCode, message: expect.stringContaining('because') }),
  )
})
