import { expect, test } from 'vitest'
import { toNs } from '../record/units.ts'
import type { Exchange, OriginRecord } from '../record/samples.ts'
import type { Host } from '../record/host.ts'
import type { OutageCell, OutageDesign, OutageRecord } from '../record/outage.ts'
import { disagreementsOf, outageCell, outageRecord } from './outage-record.ts'
import { describeOutage, renderOutages, renderOutagesMarkdown } from './outage-table.ts'
import type { OutageName } from './outages.ts'

const design: OutageDesign = {
  intervalMs: 3,
  beforeMs: 100,
  outageMs: 900,
  afterMs: 500,
  lateMs: 400,
  checkIntervalMs: 100,
  level: 0.95,
}
const ports = { bypass: 1, pass: 2, 'deny-on-error': 3, 'deny-without-verdict': 4 }
const forbidden = 'expected status 200, got "HTTP/1.1 403 Forbidden"'

/** An agent that hangs from 100 to 1,000 ms, and HAProxy that does what it is told. */
function cell(outage: OutageName, { error = 1 } = {}): OutageCell {
  const exchanges: Exchange[] = []
  const origin: OriginRecord[] = []
  for (let block = 0; block < 125; block++) {
    for (const port of [1, 2, 3, 4]) {
      const startNs = toNs(block * 12 + 3 * (port - 1))
      const isOutage = port > 1 && startNs >= toNs(100) && startNs < toNs(1000)
      const isRejected = isOutage && port > 2
      const takesMs = 1 + (isOutage ? (port === 2 ? 300 : 100) : 0)
      if (!isRejected) {
        const proof = port === 1 ? 'none' : isOutage ? `error-${error}` : `${port}-4711`
        origin.push([exchanges.length, startNs, proof])
      }
      exchanges.push([port, 4711, startNs, startNs, startNs + toNs(takesMs), isRejected ? forbidden : null])
    }
  }
  const head = { haproxy: '3.2.26', release: { major: 3, minor: 2 }, outage, design }
  return outageCell(head, {
    exchanges,
    origin,
    ports,
    failing: { fromNs: toNs(100), toNs: toNs(100) },
    healing: { fromNs: toNs(1000), toNs: toNs(1000) },
  })
}

const host: Omit<Host, 'haproxy'> = {
  schema: 'spoe-bench/host/1',
  fingerprint: {},
  node: 'v24.0.0',
  packages: {},
  keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
}

function record(cells: readonly OutageCell[], planned = cells.length): OutageRecord {
  const haproxys = [{ version: '3.2.26', source: 'path', buildHash: '0' }]
  const startedAt = '2026-11-25T16:00:00Z'
  return outageRecord({ runId: 'run', startedAt, host, haproxys, design, planned }, cells)
}

test('a row has the outage as it is and with the hole closed', () => {
  const hung = cell('hung')
  expect(disagreementsOf(hung)).toEqual([])
  const text = renderOutages(record([hung]))
  expect(text).toMatch(
    /^✓ +hung +3\.2\.26 +1 +300\.0 +\[300\.0, 300\.0\] +(\d+) +\1 +\d+ +100\.0 +\1 +0 +\d+ +100\.0 +\1 +0 +\d+$/m,
  )
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  expect(describeOutage(hung)).toMatch(
    /^✓ 3\.2\.26, hung: (\d+) of \1 requests passed unchecked, 300\.0 ms later$/,
  )
})

test('the same rows in Markdown, as wide as their heading', () => {
  const [heading = '', rule = '', row = '', ...others] = renderOutagesMarkdown(record([cell('hung')])).split(
    '\n',
  )
  expect(heading).toMatch(/^\| {2}\| agent \| HAProxy \| err \| as it is: added ms \|/)
  expect(row).toMatch(/^\| ✓ \| hung \| 3\.2\.26 \| 1 \| 300\.0 \| \[300\.0, 300\.0\] \|/)
  expect(new Set([heading, rule, row].map((line) => line.split('|').length)).size).toBe(1)
  expect(others).toEqual([])
})

test('what is not as predicted is said, and decides the outcome', () => {
  const odd = cell('hung', { error: 257 })
  expect(renderOutages(record([odd]))).toMatch(/^✗ 3\.2\.26, hung, pass: set-on-error said \{"257":\d+\}/m)
  expect(record([cell('hung')]).outcome).toBe('measured')
  expect(record([cell('hung'), odd]).outcome).toBe('unexplained')
  expect(record([cell('hung')], 2).outcome).toBe('incomplete')
})
