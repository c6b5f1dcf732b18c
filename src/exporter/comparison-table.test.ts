import { expect, test } from 'vitest'
import type { Host } from '../record/host.ts'
import { renderComparisonChart } from './comparison-chart.ts'
import { describeTestimony, findTestimony, questioned, renderComparison } from './comparison-table.ts'
import { cellResult, compareCells, type CellResult, type Comparison } from './comparison.ts'
import { cellRecords, metricsText } from './testing.ts'

const host: Omit<Host, 'haproxy'> = {
  schema: 'spoe-bench/host/1',
  fingerprint: {},
  node: 'v24.0.0',
  packages: {},
  keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
}

function comparison(cells: readonly CellResult[], planned = cells.length): Comparison {
  const haproxys = [{ version: '3.2.26', source: 'path', buildHash: '0' }]
  return compareCells({ runId: 'run', startedAt: '2026-11-25', host, haproxys, planned }, cells)
}

const measured = (requests: number, seconds: number): CellResult =>
  cellResult('3.2.26', cellRecords({ sleepMs: 100, requests }, metricsText(seconds)))

test('a refuted reading stands beside its prediction, and says what it is made from', () => {
  const cell = measured(30, 0.006)
  const testimony = findTestimony(cell, questioned)
  expect(testimony && describeTestimony(cell, testimony)).toBe(
    '✗ 3.2.26: read 6 ms, predicted 5.9 to 6.0 ms from 30 samples of 101.0 to 103.0 ms: ' +
      'divides by 512 whatever the number of samples',
  )
  expect(renderComparison(comparison([cell]))).toMatch(
    /^✗ contradicts +3\.2\.26 +100 +30 +101\.0 to 103\.0 +6 +5\.9 to 6\.0 +divides by 512/m,
  )
})

test.for([
  ['measured', [0.006], 1],
  ['unexplained', [0.05], 1],
  ['incomplete', [0.006], 2],
] as const)('the outcome is %s', ([outcome, seconds, planned]) => {
  const cells = seconds.map((value) => measured(30, value))
  expect(comparison(cells, planned).outcome).toBe(outcome)
})

test('an unexplained reading says that it is', () => {
  const cell = measured(30, 0.05)
  const testimony = findTestimony(cell, questioned)
  expect(testimony && describeTestimony(cell, testimony)).toBe(
    '✗ 3.2.26: read 50 ms, contradicts 30 samples of 101.0 to 103.0 ms: unexplained',
  )
})

test('the chart has a mark for each reading, and the knee', async () => {
  const svg = await renderComparisonChart(comparison([measured(30, 0.006), measured(512, 0.102)]))
  const marks = svg.match(/aria-label="[^"]*series: exporter"/g) ?? []
  expect(marks).toHaveLength(2)
  expect(svg).toContain('HAProxy 3.2.26')
})
