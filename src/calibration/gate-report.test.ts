import { expect, test } from 'vitest'
import { renderGates } from './gate-report.ts'
import type { TestedGate } from './gate-record.ts'

function gate(injectedMs: number, outcome: TestedGate['outcome']): TestedGate {
  return {
    type: 'gate',
    at: '2026-01-01T00:00:00.000Z',
    mode: 'awake',
    injectedMs,
    durationS: 120,
    outcome,
    reasons: [],
    latencies: [
      {
        latencyMs: 0,
        blocks: 1000,
        estimate: injectedMs,
        lower: injectedMs - 0.01,
        upper: injectedMs + 0.01,
        spread: 0.2,
        rounds: [injectedMs - 0.03, injectedMs + 0.03],
        pBlocks: outcome === 'within' ? 0.5 : 0.001,
        pRounds: 0.5,
        pAdjusted: 0.5,
        verdict: outcome === 'exceeds' ? 'exceeds' : 'within',
        p99: 0,
      },
    ],
  }
}

test('alarms and detections are counted apart, with their bounds; what has no answer is in neither', () => {
  const text = renderGates([
    ...Array.from({ length: 18 }, () => gate(0, 'within')),
    gate(0, 'exceeds'),
    gate(0, 'inconclusive'),
    gate(0, 'invalid'),
    ...Array.from({ length: 10 }, () => gate(0.1, 'exceeds')),
  ])
  expect(text).toContain('31 gates in 0 sessions, 1 without an answer')
  // 1 of 20 at 95 %, one-sided: p with P(X <= 1) = 0.05. 10 of 10: 0.05^(1/10).
  expect(text).toContain(
    '1 false alarms in 20 gates, a rate of at most 21.61 %; 1 inconclusive; 2 if blocks alone decided',
  )
  expect(text).toContain(
    'slower by 0.1 ms: 10 of 10 gates found it, a power of at least 74.11 %; 0 inconclusive; 10 if blocks alone decided',
  )
  // Two rounds that lie 0.06 apart: 0.06 / sqrt 2. An interval of 0.02 over both: 0.02 / 3.92 x sqrt 2.
  expect(text).toContain("a round's standard deviation: 0.042 ms, 0.007 by its blocks alone")
})
