import { expect, test } from 'vitest'
import type { RatesStep } from '../record/rates.ts'
import { findKnee } from './knee.ts'
import { renderRatesChart } from './rates-chart.ts'
import { renderRates } from './rates-table.ts'
import { makeRecord, makeStep, testCell, testPlan } from './testing.ts'

const steps = [
  makeStep(1000, {}),
  makeStep(5000, {
    isOurs: true,
    saturated: 'client',
    medianMs: { estimate: 7.777, lower: 7, upper: 8, count: 6 },
  }),
]
const record = makeRecord({
  steps,
  knees: (['bypass', 'offload'] as const).map((arm) => findKnee(testPlan, testCell, arm, steps)),
  memory: {
    peakBytes: 150e6,
    rounds: [
      { requests: 4000, bytes: 140e6 },
      { requests: 24_000, bytes: 141e6 },
    ],
  },
})

test('a row for each rate; where our generator fell behind there is no number', () => {
  const lines = renderRates(record).split('\n')
  const row = (rate: number): string => lines.find((line) => new RegExp(`^ *${rate} `).test(line)) ?? ''
  expect(row(1000)).toMatch(/0\.200 +\[0\.180, 0\.220\]/)
  expect(row(5000)).toContain('ours')
  expect(renderRates(record)).not.toContain('7.777')
  expect(renderRates(record)).toContain(
    'offload, HAProxy 3.4.7, keep-alive: holds 1000 requests/s; from 5000 requests/s on',
  )
  expect(renderRates(record)).toContain('140 MB after 4000 requests, 141 MB after 24000, 150 MB at its most')
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(118)
})

test('what failed or passed the agent by is told where there is some, and a median of nothing is none', () => {
  expect(renderRates(record)).not.toMatch(/failed +failed/)
  const over = { failed: 4321, unscored: 77, medianMs: null, p99Ms: null, pooledP99Ms: null }
  const text = renderRates({ ...record, steps: [steps[0]!, makeStep(7000, over)] })
  expect(text).toMatch(/bypass +offload\n +\/s +failed +failed +unscored\n +7000 +0 +4321 +77\n/)
  expect(text).toMatch(/^ *7000 .* none /m)
})

test('a p99 of fewer than a thousand requests a round is none, whatever all rounds together have', async () => {
  const few = makeStep(7000, { p99Ms: null, pooledP99Ms: 6.543, arrivals: 5400 })
  const text = renderRates({ ...record, steps: [steps[0]!, few] })
  expect(text).toMatch(/^ *7000 .* few /m)
  expect(text).not.toContain('6.543')
  const higher = makeStep(7000, { p99Ms: null, pooledP99Ms: 600, arrivals: 5400 })
  const chart = (step: RatesStep): Promise<string> =>
    renderRatesChart({ ...record, steps: [steps[0]!, step] })
  expect(await chart(higher)).toBe(await chart(few))
})

test('the widest rows keep inside the page', () => {
  const wide = makeStep(100_000, {
    saturated: 'HAProxy thread',
    haproxyThread: 1,
    agent: 1,
    client: 1,
    lateShare: 0.123,
    latenessP99Ms: 12.345,
    medianMs: { estimate: 1234.567, lower: 1, upper: 2, count: 6 },
  })
  const both = { ...wide, bypass: { ...wide.offload, saturated: 'machine' as const, machine: 1 } }
  for (const line of renderRates({ ...record, steps: [steps[0]!, both] }).split('\n')) {
    expect(line.length).toBeLessThanOrEqual(118)
  }
  expect(renderRates({ ...record, steps: [both] })).toContain(' machine / HAProxy\n')
})

test('which attempt it is stands above the figures, and what was wrong with the ledger', () => {
  expect(renderRates(record)).toContain('\nattempt 3, 1 aborted\n')
  expect(renderRates({ ...record, attempt: 'a note' })).toContain('\na note\n')
})

test('what is not whole says why', () => {
  const text = renderRates({ ...record, outcome: 'invalid', reasons: ['a reason'], steps: [], knees: [] })
  expect(text).toContain('invalid: a reason.')
  expect(text).toContain('no step has all its rounds')
})

test('the chart is the same for the same record and leaves out what is ours', async () => {
  const svg = await renderRatesChart(record)
  expect(await renderRatesChart(record)).toBe(svg)
  expect(svg).toContain(testCell.id)
  const whole = await renderRatesChart({ ...record, steps: [steps[0]!, makeStep(5000, {})] })
  expect(whole.length).toBeGreaterThan(svg.length)
})
