import { expect, test } from 'vitest'
import type { CaseResult, LatencyResult } from '../record/run.ts'
import { renderCaseLine, renderLatencyLine } from './case-line.ts'
import { caseResult, effect, latencyResult, summary } from './testing.ts'

const join = { kind: 'join', count: 3, first: 'no NOTIFY for port 20001' }

test.for([
  ["✓ within 2 ms   10 ms x 100     0.231 ms [0.211, 0.251]  seed's way 10.10 ms", {}],
  [
    '✗ exceeds 2 ms  1000 ms x 1000  5.210 ms [5.110, 5.310]  tail: mean 6.100 ms',
    {
      latencyMs: 1000,
      requests: 1000,
      verdict: 'exceeds',
      overheadMs: effect(5.21, 0.1, { mean: 6.1, hasTail: true }),
    },
  ],
  [
    "? inconclusive  10 ms x 100     1.900 ms [1.700, 2.100]  seed's way 10.10 ms",
    { verdict: 'inconclusive', overheadMs: effect(1.9, 0.2) },
  ],
  [
    '! no verdict    10 ms x 4       0.250 ms [insufficient, needs 6]',
    { requests: 4, verdict: null, overheadMs: effect(0.25, null) },
  ],
  [
    '! no verdict    10 ms x 100     0.231 ms [0.211, 0.251]  3 faults: join',
    { verdict: null, faults: [join] },
  ],
  [
    "- measured      10 ms x 100     offload mean 10.82 ms  seed's way 10.10 ms",
    { verdict: null, overheadMs: null, arms: { offload: summary(10.82, 100) } },
  ],
  [
    '! no verdict    10 ms x 100     no samples',
    { verdict: null, overheadMs: null, arms: {}, agentSleepMs: null, publishedAverageMs: null },
  ],
  [
    "· as is         10 ms x 100     0.231 ms [0.211, 0.251]  seed's way 10.10 ms",
    { verdict: null, isJudged: false, mode: 'as-is' },
  ],
] as const satisfies readonly (readonly [string, Partial<CaseResult>])[])('case: %s', ([line, changes]) => {
  expect(renderCaseLine(caseResult(changes as Partial<CaseResult>), 80)).toBe(line)
})

test.for([
  ['✓ within 2 ms   10 ms x 1110    0.232 ms [0.219, 0.244]  sees 0.030  p99 0.912', {}],
  [
    '? inconclusive  1000 ms x 1110  1.900 ms [1.700, 2.100]  sees 0.030  p99 0.912',
    { latencyMs: 1000, verdict: 'inconclusive', overheadMs: effect(1.9, 0.2) },
  ],
  [
    '✗ exceeds 2 ms  10 ms x 1110    5.200 ms [5.100, 5.300]  sees 0.030  p99 12.000',
    { verdict: 'exceeds', overheadMs: effect(5.2, 0.1, { hasTail: true }), overheadP99Ms: 12 },
  ],
  [
    '✓ within 2 ms   10 ms x 110     0.232 ms [0.219, 0.244]  sees 0.030  tail',
    { blocks: 110, overheadMs: effect(0.2315, 0.0121, { hasTail: true }), overheadP99Ms: null },
  ],
  [
    '! no verdict    10 ms x 4       0.200 ms [insufficient, needs 6]',
    { blocks: 4, verdict: null, overheadMs: effect(0.2, null), overheadP99Ms: null },
  ],
] as const satisfies readonly (readonly [string, Partial<LatencyResult>])[])(
  'latency: %s',
  ([line, changes]) => {
    expect(renderLatencyLine(latencyResult(changes as Partial<LatencyResult>), 80)).toBe(line)
  },
)

test.for([20, 60, 80, 120])('no line is wider than %i columns', (width) => {
  const wide = {
    latencyMs: 1000,
    overheadMs: effect(-1234.5, 2345.6, { hasTail: true }),
    verdict: 'inconclusive',
    overheadP99Ms: 12345.6,
  } as const
  const lines = [
    renderCaseLine(caseResult({ ...wide, requests: 1000 }), width),
    renderCaseLine(
      caseResult({ ...wide, requests: 1000, verdict: null, faults: [join, { ...join, kind: 'proof' }] }),
      width,
    ),
    renderLatencyLine(latencyResult(wide), width),
  ]
  expect(lines.filter((line) => line.length > width)).toEqual([])
})

test('where it gets tight, a fault outlives the seed', () => {
  expect(renderCaseLine(caseResult({ verdict: null, faults: [join] }), 65)).toContain('  3 faults')
})
