import { expect, test } from 'vitest'
import { renderPlotCsv } from './plot-csv.ts'
import { caseResult, syntheticRun } from './testing.ts'

test("the first four columns are the seed's, to the letter", () => {
  const rows = renderPlotCsv(syntheticRun())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(rows.map((row) => row.split(', ').slice(0, 4).join(', '))).toEqual([
    '0, 0.000000, 0.000000, 0.000000',
    '1, 1.100000, 1.010000, 1.001000',
    '10, 11.000000, 10.100000, 10.010000',
    '100, 110.000000, 101.000000, 100.100000',
    '1000, 1100.000000, 1010.000000, 1001.000000',
  ])
})

test('true means and the pooled overhead follow, and the heading names every column', () => {
  const [heading, first = ''] = renderPlotCsv(syntheticRun()).split('\n')
  expect(heading).toBe(
    '# latency_ms, seed_average_10_ms, seed_average_100_ms, seed_average_1000_ms, true_mean_10_ms, true_mean_100_ms, true_mean_1000_ms, overhead_ms, overhead_lower_ms, overhead_upper_ms',
  )
  expect(first.split(', ').slice(4)).toEqual([
    '0.759110',
    '0.759200',
    '0.760100',
    '0.231500',
    '0.219400',
    '0.243600',
  ])
})

test('another matrix: the columns follow it, and what was not measured is empty', () => {
  const run = syntheticRun({
    cases: [caseResult({ latencyMs: 5, requests: 50 }), caseResult({ latencyMs: 0.5, requests: 20 })],
    latencies: [],
  })
  expect(renderPlotCsv(run)).toBe(
    [
      '# latency_ms, seed_average_20_ms, seed_average_50_ms, true_mean_20_ms, true_mean_50_ms, overhead_ms, overhead_lower_ms, overhead_upper_ms',
      '0.5, 0.525000, , 1.318520, , , ,',
      '5, , 5.100000, , 5.818550, , ,',
      '',
    ].join('\n'),
  )
})
