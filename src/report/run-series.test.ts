import { expect, test } from 'vitest'
import { testPlan } from '../trial/testing/test-plan.ts'
import { made, syntheticRecords } from '../trial/testing/synthetic-run.ts'
import { differencesMs, readSeries } from './run-series.ts'

const plan = testPlan({
  requests: [30],
})

test('timed blocks alone, by arm, the sleep subtracted', () => {
  const [first, second] = readSeries(syntheticRecords(plan))
  expect([first?.latencyMs, second?.latencyMs]).toEqual([0, 10])
  for (const series of [first, second]) {
    expect(series?.netMs.offload).toHaveLength(30)
    const differences = series === undefined ? [] : differencesMs(series, 'offload', 'bypass')
    // 0.2 ms and noise of 0.05 ms on either side.
    expect(Math.min(...differences)).toBeGreaterThan(0.15)
    expect(Math.max(...differences)).toBeLessThan(0.25)
  }
})

test('stamps count from the start of the request', () => {
  const series = readSeries(syntheticRecords(plan))[1]
  expect(series?.stamps.offload?.[0]).toMatchObject({
    atAgent: 0.0001,
    sleepStart: 0.0001,
    sleepEnd: 10.1001,
    atOrigin: 0.00005,
  })
  expect(series?.stamps.bypass?.[0]).toMatchObject({ atAgent: null, sleepEnd: null })
})

test('a case whose requests do not join is not drawn', () => {
  const records = syntheticRecords(plan, made)
  const lines = records.lines.map((line) =>
    line.type === 'origin' && line.case === plan.cases[0]?.id
      ? { ...line, requests: line.requests.slice(1) }
      : line,
  )
  expect(readSeries({ ...records, lines }).map(({ id }) => id)).toEqual([plan.cases[1]?.id])
})
