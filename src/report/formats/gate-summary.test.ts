import { expect, test } from 'vitest'
import type { GateResult, Outcome, Run } from '../../record/run.ts'
import { effect } from '../testing.ts'
import { gateLatency, syntheticGate } from '../testing/gates.ts'
import { renderGateSummary } from './gate-summary.ts'

function render(changes: Partial<Run> = {}, gateChanges: Partial<GateResult> = {}): string {
  const run = syntheticGate(changes, gateChanges)
  return renderGateSummary(run, run.gate as GateResult)
}

const slower = [
  gateLatency({ latencyMs: 0, verdict: 'exceeds', differenceMs: effect(0.103, 0.02) }),
  gateLatency({ latencyMs: 10 }),
]

test.for<[Outcome, string]>([
  [
    'within',
    '**✓ within**: the candidate is not slower than the base: by 0.023 ms at most, 0.1 ms are allowed.',
  ],
  ['exceeds', '**✗ exceeds**: the candidate is slower than the base: 0.103 ms (agents wait 0 ms).'],
  ['inconclusive', "**? inconclusive**: whether the candidate is slower by 0.1 ms can't be told"],
  ['invalid', '**! invalid**: the run failed its own checks'],
  ['incomplete', '**! incomplete**: it broke off'],
  ['unblinded', '**! unblinded**: it was looked into'],
])('%s stands in the first line', ([outcome, beginning]) => {
  const [first = ''] = render({ outcome }, outcome === 'exceeds' ? { latencies: slower } : {}).split('\n')
  expect(first.slice(0, beginning.length)).toBe(beginning)
})

test('a table that GitHub takes for one, with blocks, rounds and tail of every latency', () => {
  const rows = render()
    .split('\n')
    .filter((line) => line.startsWith('|'))
  expect(rows).toHaveLength(2 + 2)
  expect(new Set(rows.map((row) => row.match(/(?<!\\)\|/g)?.length)).size).toBe(1)
  expect(rows[1]).toMatch(/^(?:\| (?::--|--:) )+\|$/)
  expect(rows[3]).toBe(
    '| ✓ within | 10 ms | 1000 | 0.003 | [-0.017, 0.023] | [0.001, 0.005] | 0.900 [-1.500, 2.500] |',
  )
})

test('both sides, the chart, what to do, and the command that checks the seal', () => {
  const text = render({ commitment: 'c0ffee', runId: 'run-1' })
  expect(text).toContain('\n- base: `ref main at 0123456789ab: ./spoa -p {port}`\n')
  expect(text).toContain('\n- candidate: `directory spoa at 0123456789ab, changed: ./spoa -p {port}`\n')
  expect(text.match(/├.*●.*┤/g)).toHaveLength(2)
  expect(text).toContain('\n- Exit code 0: ')
  expect(text).toContain('\n```sh\nnpm run verify -- --commitment c0ffee results/run-1\n```\n')
})

test('too few rounds and blocks are said, and no number stands in their place', () => {
  const poor = gateLatency({ overRoundsMs: null, roundsMs: [0.1], tailMs: null, verdict: null })
  expect(render({ outcome: 'inconclusive' }, { latencies: [poor] })).toContain(
    '| ! no verdict | 10 ms | 1000 | 0.003 | [-0.017, 0.023] | 1: too few | insufficient |',
  )
})

test('a gate that was not measured has no chart and still a seal', () => {
  const nothing = gateLatency({
    arms: {},
    differenceMs: null,
    overRoundsMs: null,
    roundsMs: [],
    tailMs: null,
  })
  const text = render({ outcome: 'incomplete', cases: [] }, { latencies: [nothing] })
  expect(text).not.toContain('```text')
  expect(text).toContain('npm run verify')
})

test("agents that can't be asked to wait are measured at their own time", () => {
  expect(render({}, { hasDelay: false, latencies: [gateLatency({ latencyMs: 0 })] })).toContain(
    '| ✓ within | own time |',
  )
})

test('where nothing is started anew, rounds are no draws of processes, and the reader is told', () => {
  const run = syntheticGate()
  const address = {
    kind: 'address',
    name: '127.0.0.1:9000',
    command: null,
    commit: null,
    isChanged: false,
  } as const
  expect(render()).not.toContain('started anew')
  expect(render({}, { ...run.gate, base: address, candidate: address })).toContain(
    '\n- warning: both agents ran already and were not started anew in any round',
  )
})
