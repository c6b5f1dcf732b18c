import { expect, test } from 'vitest'
import { parseExporterAverages } from '../haproxy/exporter.ts'
import { judge, type Reading } from './judge.ts'
import {
  averagesConnections,
  correctDivisor,
  countsConnections,
  dividesBy512,
  forgetsEarly,
  longestConnection,
  neverMeasured,
  type Circumstances,
} from './rules.ts'
import { wholeMilliseconds } from './witness.ts'

/** What an exporter would print, whatever HAProxy made it. */
function readTotal(seconds: number): Reading {
  const text = ['queue', 'connect', 'response', 'total']
    .map((name) => `haproxy_backend_${name}_time_average_seconds{proxy="agents"} ${seconds}`)
    .join('\n')
  return total(parseExporterAverages(text, 'agents').totalMs)
}

function total(ms: number, rules = [dividesBy512, countsConnections, forgetsEarly]): Reading {
  return { ms, precision: wholeMilliseconds, rules }
}

function circumstances(
  samples: number,
  lowMs: number,
  highMs: number,
  { closed = [], underWay = 0 }: { closed?: number[]; underWay?: number } = {},
): Circumstances {
  return {
    truth: { lowMs, highMs },
    samples,
    underWay,
    openedConnections: 2,
    closedConnections: closed.map((ms) => ({ lowMs: ms, highMs: ms })),
  }
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
  expect(judge(readTotal(0.02), circumstances(30, 101, 103, { closed: [10_022] }))).toMatchObject({
    judgement: 'contradicts',
    explanations: [{ rule, predictedMs: { lowMs: 10_022 / 512 } }],
  })
})

test('a fault that is hardly there explains a reading that is hardly wrong', () => {
  // The longest lifetime is that of a message and a little more.
  const seen = circumstances(30, 101, 111, { closed: [112] })
  expect(judge(total(113, [longestConnection]), seen).explanations).toHaveLength(1)
  expect(judge(total(112, [longestConnection]), seen).judgement).toBe('cannot see')
  expect(judge(total(110, [longestConnection]), seen).judgement).toBe('confirms')
})

test('a reading that no rule predicts is refuted without an explanation', () => {
  expect(judge(readTotal(0.05), circumstances(30, 101, 103))).toEqual({
    judgement: 'contradicts',
    explanations: [],
  })
})

test('the CSV divides lifetimes by the connections, and a maximum is the longest of them', () => {
  const seen = circumstances(30, 101, 103, { closed: [4000, 10_022] })
  expect(judge(total(7011, [averagesConnections]), seen).explanations).toEqual([
    { rule: averagesConnections.name, predictedMs: { lowMs: 7011, highMs: 7011 } },
  ])
  expect(judge(total(10_022, [longestConnection]), seen).explanations).toHaveLength(1)
  expect(judge(total(4000, [longestConnection]), seen).explanations).toEqual([])
})

test('messages under way when the window is full are missed, and that is forgotten slowly', () => {
  // 34 of 512 missing, 122 samples later: 101.5 * (1 - 34 / 512 * (511 / 512) ** 122) = 96.2
  const seen = circumstances(600, 101, 102, { underWay: 34 })
  expect(judge(total(96), seen)).toMatchObject({
    judgement: 'contradicts',
    explanations: [{ rule: forgetsEarly.name }],
  })
  expect(judge(total(101), seen).judgement).toBe('confirms')
  expect(judge(total(92), seen).explanations).toEqual([])
  expect(forgetsEarly.predict(circumstances(512, 101, 102, { underWay: 0 }))).toEqual({
    lowMs: 101,
    highMs: 102,
  })
})

test('a response time of nought is explained where it is never measured', () => {
  const seen = circumstances(600, 101, 103)
  expect(judge(total(0, [neverMeasured]), seen).explanations).toMatchObject([{ rule: neverMeasured.name }])
  expect(judge(total(0, []), seen)).toEqual({ judgement: 'contradicts', explanations: [] })
})

test.for([
  // Reading, truth: what HAProxy rounds by reaches from one to the other, or just fails to.
  [101, 100, 100, 'confirms'],
  [99, 100, 100, 'confirms'],
  [102, 100, 100, 'contradicts'],
  [98, 100, 100, 'contradicts'],
] as const)('a reading of %s ms against %s to %s ms %s', ([ms, lowMs, highMs, judgement]) => {
  expect(judge(total(ms), circumstances(600, lowMs, highMs)).judgement).toBe(judgement)
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
