import { beforeAll, expect, test } from 'vitest'
import { compareRun } from '../../baseline/compare-run.ts'
import { baselineFile, soundRun } from '../../baseline/testing.ts'
import { outcomeSchema } from '../../record/run.ts'
import { syntheticRun } from '../testing.ts'
import { besideOf } from './beside.ts'
import { firstScreen } from './first-screen.ts'
import { renderPage } from './page.ts'
import { pageData } from './testing.ts'

let page: string
/** With few requests, for what does not need them. */
const bare = pageData({}, [10])

beforeAll(async () => {
  page = await renderPage(pageData())
})

test('the same run gives the same bytes', async () => {
  expect(await renderPage(pageData())).toBe(page)
})

test('one file of less than 500 kB that fetches and runs nothing', () => {
  expect(page.length).toBeGreaterThan(50_000)
  expect(Buffer.byteLength(page)).toBeLessThan(500_000)
  const addresses = [...page.matchAll(/(?:src|href|action|url)\s*[=(]\s*["']?([^"'\s>)]*)/g)].map(
    ([, to = '']) => to,
  )
  expect(addresses.filter((to) => !/^(?:#|data:)/.test(to))).toEqual([])
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)
  expect(page).not.toMatch(/<script|<iframe|<link rel="stylesheet|\son\w+=|@import/)
})

test('every chart is one named picture, and every name is there once', () => {
  const charts = [...page.matchAll(/<svg [^>]*>(?:<title [^>]*>[^<]+<\/title><desc [^>]*>[^<]+<\/desc>)?/g)]
  expect(charts.length).toBeGreaterThan(20)
  expect(charts.filter(([chart]) => !/role="img" aria-labelledby=.*<desc/.test(chart))).toEqual([])
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(ids.length).toBe(new Set(ids).size)
  const named = [...page.matchAll(/aria-labelledby="([^"]*)"/g)].flatMap(([, list = '']) => list.split(' '))
  expect(named.filter((id) => !ids.includes(id))).toEqual([])
})

test('a table stands behind every chart', () => {
  const sections = page.split('<section id="').slice(1)
  const drawn = sections.filter((one) => one.includes('<svg'))
  expect(drawn.map((one) => one.split('"')[0])).toEqual([
    'overheads',
    'distributions',
    'shift',
    'sequence',
    'article',
    'legs',
    'checks',
    'exporter',
  ])
  expect(drawn.filter((one) => !/<details>.*<table>.*<td>/s.test(one))).toEqual([])
})

test('marks tell their exact values, and colours follow the scheme of the reader', () => {
  expect(page).toContain(
    '<title>10 ms, all 1110: 0.232 ms [0.219, 0.244], 100 blocks; ✓ within at 2 ms</title>',
  )
  const charts = page.match(/<svg .*?<\/svg>/gs) ?? []
  const fixed = charts.flatMap(
    (chart) => chart.match(/(?:fill|stroke)="(?!none|var\(|transparent)[^"]*"/g) ?? [],
  )
  expect([...new Set(fixed)]).toEqual([])
})

test('the first screen answers: how much at 10 ms, under 2 ms?, was the exporter right, can I trust it', () => {
  const first = (page.split('<main>')[1]?.split('<nav')[0] ?? '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
  expect(first).toContain('How much does the offload add, at 10 ms? 0.232 ms ✓ Yes, under 2 ms')
  expect(first).toContain('Was the exporter right? Only after 512 messages')
  expect(first).toContain(
    'Can I trust this run? Yes ✓ valid by its own rules ✓ placebo, which must be 0: -0.001 ms',
  )
  expect(first).toContain('hidden delay of 0.222 ms found as 0.230 ms')
})

test('what the records say stays text', async () => {
  const hostile = '<img src=x onerror=alert(1)>'
  const text = await renderPage({ ...bare, run: { ...bare.run, reasons: [hostile], warnings: [hostile] } })
  expect(text).not.toContain(hostile)
  expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
})

test.for(outcomeSchema.options)('%s: the first screen says so', (outcome) => {
  const { text } = firstScreen({ ...bare, run: { ...bare.run, outcome } })
  expect(text).toContain(`<strong>${outcome}.</strong>`)
  expect(text.includes('<p class="answer">No</p>')).toBe(
    ['invalid', 'incomplete', 'unblinded'].includes(outcome),
  )
})

test('a run that ended before its first sample still has a page', async () => {
  const run = syntheticRun({ outcome: 'incomplete', cases: [], latencies: [], placeboMs: null })
  expect(await renderPage({ ...bare, run, series: [] })).toContain('incomplete')
})

test('an agent that is not ours: its time is part of the overhead, and the page says so', async () => {
  const agent = { from: 'python3 agent.py', proof: ['txn.a'], files: 'f' }
  const series = bare.series.map((one) => ({
    ...one,
    stamps: {
      ...one.stamps,
      offload: one.stamps.offload?.map((stamp) => ({ ...stamp, atAgent: null })) ?? [],
    },
  }))
  const text = await renderPage({ ...bare, run: { ...bare.run, agent }, series })
  const has = [
    'the agent’s own time in it',
    'id="article"',
    '<title>0 ms offload: client → HAProxy → origin ',
    '<title>0 ms offload: client → HAProxy → agent ',
  ].map((part) => text.includes(part))
  expect(has).toEqual([true, false, true, false])
})

test('every row of a table has as many cells as the table has headings', async () => {
  const text = await renderPage({ ...bare, against: { ...bare.run, runId: 'twin' } })
  expect(countUneven(text)).toBe(0)
})

/** Tables of which a row has not as many cells as there are headings. */
function countUneven(text: string): number {
  const count = (row: string): number => row.match(/<t[hd][ >]/g)?.length ?? 0
  const tables = text.match(/<table>.*?<\/table>/gs) ?? []
  return tables.filter((one) => {
    const [head = '', ...rows] = one.match(/<tr>.*?<\/tr>/gs) ?? []
    return rows.some((row) => count(row) !== count(head))
  }).length
}

test('beside another run both estimates, their difference, and what sets the runs apart', async () => {
  const other = syntheticRun({ runId: 'other', host: { ...bare.run.host, node: 'v22.18.0' } })
  const text = (await renderPage({ ...bare, against: other })).replaceAll(/>\s+</g, '><')
  expect(text).toContain('Not the same circumstances')
  expect(text).toMatch(/<th scope="row">Node<\/th><td>24.21.0<\/td><td>v22.18.0<\/td>/)
  expect(text).toContain('<title>10 ms, all, other run: 0.232 ms')
  expect(await renderPage({ ...bare, against: { ...bare.run, runId: 'twin' } })).toContain(
    'Same HAProxy, Node, machine and condition',
  )
})

test('beside a baseline: the verdict on the first screen, where its runs lie, and where a new one would', async () => {
  const { run: made } = soundRun('new', [0.2, 0.4])
  const run = { ...bare.run, latencies: made.latencies }
  const compared = {
    ...compareRun(run.latencies, baselineFile(), 0.1),
    runId: run.runId,
    marginMs: 0.1,
    warnings: ['governor was a, here it is b'],
  }
  const text = (await renderPage({ ...bare, run, baseline: compared })).replaceAll(/\s+/g, ' ')
  expect(text).toMatch(/Is it slower than the baseline\?<\/h2> <p class="answer">Yes</)
  const titles = [
    '0 ms: this run 0.200 ms, expected 0.200 ms [0.176, 0.224]; ✓ within',
    '10 ms: this run 0.400 ms, expected 0.200 ms [0.176, 0.224]; ✗ exceeds',
    '10 ms: a run of the baseline, 0.205 ms',
    '10 ms: the margin ends at 0.300 ms',
    '10 ms, baseline: 0.200 ms [0.176, 0.224], a new run like the baseline’s 5',
  ]
  expect(titles.filter((title) => !text.includes(`<title>${title}</title>`))).toEqual([])
  expect(text).toContain('<li>governor was a, here it is b</li>')
  expect(countUneven(text)).toBe(0)
  expect(besideOf({ baseline: compared }).rows[1]).toMatchObject({
    latencyMs: 10,
    estimateMs: expect.closeTo(0.2, 9),
    lowerMs: expect.closeTo(0.176, 3),
    upperMs: expect.closeTo(0.224, 3),
  })
})
