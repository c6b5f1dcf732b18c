import { expect, test } from 'vitest'
import { parseExporterTimes } from '../haproxy/exporter.ts'
import { judge, type Reading } from './judge.ts'
import {
  correctDivisor,
  countsConnections,
  dividesBy512,
  neverMeasured,
  type Circumstances,
} from './rules.ts'

/** What an exporter would print, whatever HAProxy made it. */
function readTotal(seconds: number): Reading {
  const text = ['queue', 'connect', 'response', 'total']
    .map((name) => `haproxy_backend_${name}_time_average_seconds{proxy="agents"} ${seconds}`)
    .join('\n')
  return { average: 'total', ms: parseExporterTimes(text, 'agents').totalMs }
}

function circumstances(samples: number, lowMs: number, highMs: number, closed: number[] = []): Circumstances {
  return { truth: { lowMs, highMs }, samples, closedConnectionsMs: closed }
}

test('a 512th of the sum is refuted and explained: 30 samples of 102 ms read 6 ms', () => {
  expect(judge(readTotal(0.006), circumstances(30, 101, 103))).toEqual({
    judgement: 'contradicts',
    explanations: [
      { rule: dividesBy512.name, predictedMs: { lowMs: (101 * 30) / 512, highMs: (103 * 30) / 512 } },
    ],
  })
})

test('the same requests on an exporter that divides by their number are confirmed', () => {
  expect(judge(readTotal(0.102), circumstances(30, 101, 103))).toEqual({
    judgement: 'confirms',
    explanations: [],
  })
})

test.for([511, 512, 2048])('from the window on the divisor is right: %s samples', (samples) => {
  expect(judge(readTotal(0.102), circumstances(samples, 101, 103)).judgement).toBe('confirms')
})

test('past the window the divisor explains nothing that is wrong', () => {
  expect(judge(readTotal(0.408), circumstances(2048, 101, 103))).toEqual({
    judgement: 'contradicts',
    explanations: [],
  })
})

test('connections counted at their close: nought while they live, then their lifetime', () => {
  const rule = countsConnections.name
  expect(judge(readTotal(0), circumstances(30, 101, 103))).toMatchObject({
    judgement: 'contradicts',
    explanations: [{ rule, predictedMs: { lowMs: 0, highMs: 0 } }],
  })
  expect(judge(readTotal(0.02), circumstances(30, 101, 103, [10_022]))).toMatchObject({
    judgement: 'contradicts',
    explanations: [{ rule, predictedMs: { lowMs: 10_022 / 512 } }],
  })
})

test('a reading that no rule predicts is refuted without an explanation', () => {
  expect(judge(readTotal(0.05), circumstances(30, 101, 103))).toEqual({
    judgement: 'contradicts',
    explanations: [],
  })
})

test('a response time of nought is explained for that average alone', () => {
  expect(judge({ average: 'response', ms: 0 }, circumstances(600, 101, 103)).explanations).toMatchObject([
    { rule: neverMeasured.name },
  ])
  expect(judge({ average: 'total', ms: 0 }, circumstances(600, 101, 103)).explanations).not.toMatchObject([
    { rule: neverMeasured.name },
  ])
})

test.for([
  // Reading, truth: what HAProxy rounds by reaches from one to the other, or just fails to.
  [101, 100, 100, 'confirms'],
  [99, 100, 100, 'confirms'],
  [102, 100, 100, 'contradicts'],
  [98, 100, 100, 'contradicts'],
] as const)('a reading of %s ms against %s to %s ms %s', ([ms, lowMs, highMs, judgement]) => {
  expect(judge({ average: 'total', ms }, circumstances(600, lowMs, highMs)).judgement).toBe(judgement)
})

test('below a millisecond nothing is seen, but what is impossible is still refuted', () => {
  expect(judge(readTotal(0.001), circumstances(600, 0.2, 0.6)).judgement).toBe('cannot see')
  expect(judge(readTotal(0), circumstances(600, 0.2, 0.6)).judgement).toBe('cannot see')
  expect(judge(readTotal(0.177), circumstances(600, 0.2, 0.6)).judgement).toBe('contradicts')
})

test('a reading that fits both the truth and a fault cannot see', () => {
  // 30 samples of 1.2 ms, divided by 512 and rounded up, are 1 ms as well.
  expect(judge(readTotal(0.001), circumstances(30, 1.2, 1.4)).judgement).toBe('cannot see')
})

test('the correction is for fewer than 512 samples, and for some', () => {
  expect(correctDivisor(6, 30)).toBeCloseTo(102.4)
  expect(correctDivisor(11, 512)).toBeNull()
  expect(correctDivisor(0, 0)).toBeNull()
})
