import { expect, test } from 'vitest'
import type { Outcome } from '../../record/run.ts'
import { effect, latencyResult, syntheticRun } from '../testing.ts'
import { renderSummary } from './summary.ts'

test.for<[Outcome, string]>([
  ['within', '**✓ within**: Beyond the time that the agent itself takes, SPOE added 0.23'],
  ['exceeds', '**✗ exceeds**: '],
  ['inconclusive', '**? inconclusive**: '],
  ['invalid', '**! invalid**: The figures above are not to be used'],
  ['unblinded', '**! unblinded**: '],
  ['incomplete', '**! incomplete**: '],
  ['measured', '**- measured**: '],
])('%s stands in the first line', ([outcome, beginning]) => {
  const [first = ''] = renderSummary(syntheticRun({ outcome })).split('\n')
  expect(first.slice(0, beginning.length)).toBe(beginning)
})

test('a table of all latencies that GitHub takes for one', () => {
  const rows = renderSummary(syntheticRun())
    .split('\n')
    .filter((line) => line.startsWith('|'))
  expect(rows).toHaveLength(2 + 5)
  expect(new Set(rows.map((row) => row.match(/(?<!\\)\|/g)?.length)).size).toBe(1)
  expect(rows[1]).toMatch(/^(?:\| (?::--|--:) )+\|$/)
  expect(rows[4]).toBe('| ✓ within | 10 ms | 1110 | 0.232 | [0.219, 0.244] | 0.030 | 0.912 | -0.001 |')
})

test('the chart has a line per latency, the seal the command that checks it', () => {
  const text = renderSummary(syntheticRun({ commitment: 'c0ffee', runId: 'run-1' }))
  expect(text.match(/├.*●.*┤/g)).toHaveLength(5)
  expect(text).toContain('\n```sh\nnpm run verify -- --commitment c0ffee results/run-1\n```\n')
})

test('what is wrong with a run is said, and nothing in it breaks a table', () => {
  const reasons = ['join (1): a | b']
  const latencies = [
    latencyResult({ overheadMs: effect(0.2, null), verdict: null, warnings: ['too few'], placeboMs: null }),
  ]
  const text = renderSummary(syntheticRun({ outcome: 'invalid', reasons, latencies }))
  expect(text).toContain('\n- reason: join (1): a | b\n')
  expect(text).toContain('\n- warning: 10 ms: too few\n')
  expect(text).toContain('| ! no verdict | 10 ms | 1110 | 0.200 | [insufficient, needs 6] |  | 0.912 |  |')
  expect(text).toMatch(/10 ms .*○/)
})

test('a run without a latency has no chart and still a seal', () => {
  const text = renderSummary(syntheticRun({ outcome: 'incomplete', cases: [], latencies: [] }))
  expect(text).not.toContain('```text')
  expect(text).toContain('npm run verify')
})
