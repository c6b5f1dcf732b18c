import { expect, test } from 'vitest'
import type { Plan } from '../record/plan.ts'
import { runSchema, type Run } from '../record/run.ts'
import type { Exchange, SampleLine } from '../record/samples.ts'
import { analyseRun, renderRun } from './analyse-run.ts'
import { analyseBlinded, pairOf } from './blinded-analysis.ts'
import { groupByCase } from './case-records.ts'
import type { TrialDesign } from './plan-trial.ts'
import { testPlan } from './testing/test-plan.ts'
import type { RunRecords } from './run-folder.ts'
import { made, syntheticRecords } from './testing/synthetic-run.ts'

function planOf(changes: Partial<TrialDesign> = {}): Plan {
  return testPlan({ requests: [10, 100], ...changes })
}

/** The same records with one line changed. */
function change(records: RunRecords, edit: (line: SampleLine) => SampleLine | null): RunRecords {
  return { ...records, lines: records.lines.flatMap((line) => edit(line) ?? []) }
}

const analyse = (records: RunRecords): Run => runSchema.parse(analyseRun(records))

test('overhead is what the agent did not sleep, less the bypass', () => {
  const run = analyse(syntheticRecords(planOf()))
  expect(run.outcome).toBe('within')
  for (const { overheadMs, placeboMs, penaltyMs, agentSleepMs, latencyMs } of run.cases) {
    expect(overheadMs?.estimate).toBeCloseTo(0.2, 1)
    expect(placeboMs?.estimate).toBeCloseTo(0, 1)
    // The timer's own 0.1 ms belongs to the penalty and not to the overhead.
    expect((penaltyMs?.estimate ?? 0) - (overheadMs?.estimate ?? 0)).toBeCloseTo(0.1, 9)
    expect(agentSleepMs?.mean).toBeCloseTo(latencyMs + 0.1, 9)
  }
})

test('a latency pools the blocks of its rows, and each row keeps its own interval', () => {
  const run = analyse(syntheticRecords(planOf()))
  expect(run.latencies.map(({ latencyMs, blocks }) => [latencyMs, blocks])).toEqual([
    [0, 110],
    [10, 110],
  ])
  expect(run.cases.map(({ overheadMs }) => overheadMs?.count)).toEqual([10, 100, 10, 100])
  for (const { relativeOverhead, overheadMs, arms } of run.latencies) {
    expect(relativeOverhead).toBe((overheadMs?.estimate ?? 0) / (arms.bypass?.median ?? 0))
    expect(relativeOverhead).toBeGreaterThan(0)
  }
})

test("the seed's estimator carries the row before along", () => {
  const [ten, hundred] = analyse(syntheticRecords(planOf({ agentSleepsMs: [10] }))).cases
  // Every offload takes 10.8 ms: cut to 10, then (10 + 100 x 10) / 100.
  expect(ten?.publishedAverageMs).toBe(10)
  expect(hundred?.publishedAverageMs).toBe(10.1)
})

test('an overhead beyond the margin exceeds, whatever the other latencies do', () => {
  const slow = syntheticRecords(planOf(), (arm, latencyMs, random) => {
    const one = made(arm, latencyMs, random)
    return arm === 'offload' && latencyMs === 10 ? { ...one, latencyNs: one.latencyNs + 3_000_000 } : one
  })
  const run = analyse(slow)
  expect(run.outcome).toBe('exceeds')
  expect(run.latencies.map(({ verdict }) => verdict)).toEqual(['within', 'exceeds'])
})

test('too few blocks for a bound are no verdict', () => {
  const run = analyse(syntheticRecords(planOf({ requests: [3] })))
  expect(run.cases[0]?.verdict).toBeNull()
  expect(run.cases[0]?.overheadMs?.bounds).toEqual({ lower: null, upper: null, level: 0.95 })
  expect(run.outcome).toBe('inconclusive')
  expect(run.reasons[0]).toBe('0 ms: insufficient: 3 blocks are too few for a bound, 5 are needed at least')
})

test('a lost block, a lost NOTIFY and a lost proof each make the run invalid', () => {
  const records = syntheticRecords(planOf())
  const lostBlock = change(records, (line) => (line.type === 'block' && line.block === 25 ? null : line))
  expect(analyse(lostBlock).outcome).toBe('invalid')
  const lostNotify = change(records, (line) =>
    line.type === 'agent' ? { ...line, notifies: line.notifies.slice(1) } : line,
  )
  expect(analyse(lostNotify).outcome).toBe('invalid')
  const lostProof = change(records, (line) =>
    line.type === 'origin'
      ? {
          ...line,
          requests: line.requests.map(([n, at, proof]): [number, number, string] => [
            n,
            at,
            n === 99 ? 'none' : proof,
          ]),
        }
      : line,
  )
  expect(analyse(lostProof).outcome).toBe('invalid')
})

test('a filter on the wrong arm is found when the case is opened', () => {
  const plan = planOf({ agentSleepsMs: [0], requests: [10] })
  const records = syntheticRecords(plan)
  // Another key gives the ports to other arms.
  const keys = Array.from({ length: 6 }, (_, n) => n.toString(16).padStart(64, '0'))
  const outcomes = keys.map(
    (key) => analyse(change(records, (line) => (line.type === 'open' ? { ...line, key } : line))).outcome,
  )
  expect(new Set(outcomes)).toContain('invalid')
})

test('late starts: two are enough for a row of ten, the latency counts them all', () => {
  const late = (count: number, slots: number): RunRecords =>
    change(syntheticRecords(planOf({ agentSleepsMs: [0] })), (line) => {
      if (line.type !== 'block' || line.case !== '0ms-10' || line.block < 20 || line.block >= 20 + count)
        return line
      const exchanges = line.exchanges.map((exchange, slot): Exchange =>
        slot < slots ? (exchange.with(2, exchange[3] - 4_000_000) as Exchange) : exchange,
      )
      return { ...line, exchanges }
    })
  const two = analyse(late(2, 1))
  expect(two.cases[0]?.warnings).toContain('no verdict: 2 of 30 requests started late')
  expect(two.cases[0]?.verdict).toBeNull()
  expect(two.outcome).toBe('within')
  const many = analyse(late(6, 3))
  expect(many.outcome).toBe('invalid')
  expect(many.reasons).toEqual(['0 ms: no verdict: 18 of 330 requests started late'])
})

test('a run without an end, and one that was interrupted, are incomplete', () => {
  const records = syntheticRecords(planOf())
  const open = change(records, (line) => (line.type === 'end' ? null : line))
  expect(analyse(open)).toMatchObject({ outcome: 'incomplete', seed: null })
  const shut = change(records, (line) => ('case' in line && line.case === '10ms-100' ? null : line))
  expect(analyse(shut).reasons).toEqual(['3 of 4 cases are there: it ended before its time'])
})

test('without a bypass nothing is claimed', () => {
  const run = analyse(syntheticRecords(planOf({ arms: ['offload'], condition: 'sequential' })))
  expect(run.outcome).toBe('measured')
  expect(run.cases[0]?.overheadMs).toBeNull()
})

test('the analysis has no branch on a code: other codes, the same figures', () => {
  const plan = planOf({ agentSleepsMs: [10], requests: [100] })
  const planCase = plan.cases[0]!
  const lines = groupByCase(syntheticRecords(plan).lines).get(planCase.id)!
  const relabelled = { ...lines, ports: lines.ports.toReversed() }
  const [before, after] = [analyseBlinded(plan, planCase, lines), analyseBlinded(plan, planCase, relabelled)]
  expect(after.ports).toEqual(before.ports.toReversed())
  for (const [i, j] of [
    [0, 1],
    [0, 2],
    [1, 2],
    [2, 0],
  ] as const) {
    expect(pairOf(after, 2 - i, 2 - j)).toEqual(pairOf(before, i, j))
  }
})

test('the same records are the same bytes', () => {
  const records = syntheticRecords(planOf())
  expect(renderRun(analyseRun(records))).toBe(renderRun(analyseRun(structuredClone(records))))
})

test('HELLOs while it is timed: a fault, or what that release does', () => {
  const withHellos = (major: number, minor: number): Run => {
    const plan = planOf({ agentSleepsMs: [0], requests: [10], release: { major, minor } })
    return analyse(
      change(syntheticRecords(plan), (line) =>
        line.type === 'agent'
          ? {
              ...line,
              hellos: line.notifies
                .slice(-10)
                .map(([, , receivedNs]): [number, boolean] => [receivedNs, false]),
            }
          : line,
      ),
    )
  }
  expect(withHellos(3, 2).cases[0]?.faults).toEqual([
    { kind: 'hello', count: 1, first: '10 HELLOs came while it was timed, 3 are allowed' },
  ])
  expect(withHellos(2, 6).cases[0]?.warnings).toEqual([
    'HAProxy opened 10 connections to the agent while it was timed: their HELLOs are in the overhead',
  ])
  expect(withHellos(2, 6).outcome).toBe('within')
})
