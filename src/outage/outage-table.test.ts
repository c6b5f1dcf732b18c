import { expect, test } from 'vitest'
import type { OutageCell, OutageRecord } from '../record/outage.ts'
import type { OutagePlan } from '../record/outage-plan.ts'
import { analyseRow } from './blinded-row.ts'
import { rowKey } from './drawn.ts'
import { disagreementsOf, openRow } from './open-row.ts'
import { outageRecord } from './outage-record.ts'
import { describeOutage, renderOutages, renderOutagesMarkdown } from './outage-table.ts'
import { planOutages } from './plan-outages.ts'
import { hungRecords, testDesign, testHost } from './testing.ts'

const plan = planOutages({
  runId: 'run',
  startedAt: '2026-11-25T16:00:00Z',
  design: testDesign,
  haproxys: [{ version: '3.2.26', release: { major: 3, minor: 2 } }],
})
const hungRow = plan.rows.find(({ outage }) => outage === 'hung')!

function cell(changes: { readonly error?: number } = {}): OutageCell {
  const key = rowKey(new Uint8Array(32), hungRow.id)
  return openRow(hungRow, analyseRow(hungRecords(key, changes), testDesign), key)
}

function record(
  cells: readonly OutageCell[],
  rows: OutagePlan['rows'] = cells.map(() => hungRow),
  failures: OutageRecord['failures'] = [],
): OutageRecord {
  const head = {
    host: testHost,
    haproxys: [{ version: '3.2.26', source: 'path', buildHash: '0' }],
    plan: { ...plan, rows },
    commitment: '0',
    attempt: null,
    attempts: { number: 2, aborted: 1 },
    seed: null,
  }
  return outageRecord(head, cells, failures)
}

test('a row has the outage as it is and with the hole closed', () => {
  const hung = cell()
  expect(disagreementsOf(hung)).toEqual([])
  const text = renderOutages(record([hung]))
  expect(text).toMatch(
    /^✓ +hung +3\.2\.26 +1 +300\.0 +\[300\.0, 300\.0\] +(\d+) +\1 +\d+ +100\.0 +\d+ +0 +\d+ +100\.0 +\d+ +0 +\d+$/m,
  )
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  expect(describeOutage(hung)).toMatch(
    /^✓ 3\.2\.26, hung: (\d+) of \1 requests passed unchecked, 300\.0 ms later$/,
  )
})

test('the same rows in Markdown, as wide as their heading', () => {
  const [heading = '', rule = '', row = '', ...others] = renderOutagesMarkdown(record([cell()])).split('\n')
  expect(heading).toMatch(/^\| {2}\| agent \| HAProxy \| err \| as it is: added ms \|/)
  expect(row).toMatch(/^\| ✓ \| hung \| 3\.2\.26 \| 1 \| 300\.0 \| \[300\.0, 300\.0\] \|/)
  expect(new Set([heading, rule, row].map((line) => line.split('|').length)).size).toBe(1)
  expect(others).toEqual([])
})

test('what is not as predicted is said, and decides the outcome', () => {
  const odd = cell({ error: 257 })
  expect(renderOutages(record([odd]))).toMatch(/^✗ 3\.2\.26, hung, pass: set-on-error said \{"257":\d+\}/m)
  expect(record([cell()]).outcome).toBe('measured')
  expect(record([cell(), odd]).outcome).toBe('unexplained')
  expect(record([cell()], plan.rows).outcome).toBe('incomplete')
})

test('which attempt it is, and a row without figures with the reason', () => {
  const message = 'Expected the outage to end while requests were still sent; the load ended first.'
  const text = renderOutages(
    record([cell()], [hungRow, plan.rows[0]!], [{ row: '3.2.26, refused', message }]),
  )
  expect(text).toMatch(/^When the agent fails: 1 of 2 rows, incomplete\n.*\nattempt 2, 1 aborted\n/)
  expect(text).toContain(`! 3.2.26, refused: no figures: ${message}`)
})
