import { expect, test } from 'vitest'
import { renderGates } from './gate-report.ts'
import { madeGate } from './testing.ts'

test('alarms and detections are counted apart, with their bounds; what has no answer is in neither', () => {
  const text = renderGates([
    ...Array.from({ length: 18 }, () => madeGate(0, 'within')),
    madeGate(0, 'exceeds'),
    madeGate(0, 'inconclusive'),
    madeGate(0, 'invalid'),
    ...Array.from({ length: 10 }, () => madeGate(0.1, 'exceeds')),
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
  expect(text).toMatch(/of 20 gates.* exchanged at random 10000 times: \d+ alarms by rounds alone/)
})
