import { expect, test } from 'vitest'
import { renderSeedLog } from './seed-log.ts'
import { caseResult, effect, summary, syntheticRun } from './testing.ts'

const seedLine = /^Average latency for (\d+) requests with latency (\d+) ms: (\d+\.\d{6}) ms$/

test("a reader of the seed's wording finds the fifteen lines, in the seed's order, and no more", () => {
  const lines = renderSeedLog(syntheticRun()).split('\n')
  const found = lines.flatMap((line) => seedLine.exec(line)?.slice(1, 3).map(Number).toReversed() ?? [])
  expect(found).toEqual([0, 1, 10, 100, 1000].flatMap((ms) => [10, 100, 1000].flatMap((n) => [ms, n])))
  expect(lines.filter((line) => /average latency/i.test(line))).toHaveLength(15)
})

test('the printed figure is the one of the published estimator, the true ones follow below', () => {
  const run = syntheticRun({
    cases: [
      caseResult({ latencyMs: 1, requests: 100, publishedAverageMs: 1.804 }),
      caseResult({ latencyMs: 1, requests: 10, publishedAverageMs: 1.4, overheadMs: effect(0.25, null) }),
    ],
  })
  expect(renderSeedLog(run)).toBe(
    [
      'Average latency for 10 requests with latency 1 ms: 1.400000 ms',
      'Average latency for 100 requests with latency 1 ms: 1.804000 ms',
      '',
      '# The same samples, averaged per line and kept to the nanosecond:',
      'True mean of 10 requests with latency 1 ms: 1.818510 ms, agent slept 1.060400 ms, bypass 0.527100 ms, overhead 0.250000 ms [insufficient]',
      'True mean of 100 requests with latency 1 ms: 1.818600 ms, agent slept 1.060400 ms, bypass 0.527100 ms, overhead 0.231100 ms [0.211100, 0.251100]',
      '',
    ].join('\n'),
  )
})

test('without a bypass arm no overhead is claimed', () => {
  const arms = { offload: summary(10.8, 100) }
  const run = syntheticRun({ cases: [caseResult({ arms, overheadMs: null, verdict: null })] })
  expect(renderSeedLog(run)).not.toMatch(/overhead|bypass/)
})

test('a case that never got a sample has no line of the seed, and says so below', () => {
  const nothing = { arms: {}, agentSleepMs: null, overheadMs: null, publishedAverageMs: null, verdict: null }
  const text = renderSeedLog(syntheticRun({ cases: [caseResult(nothing)] }))
  expect(text).not.toContain('Average latency for')
  expect(text).toContain(
    'True mean of 100 requests with latency 10 ms: not measured, agent slept not measured',
  )
})
