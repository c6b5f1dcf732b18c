import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { averagePanel } from './average-panel.ts'
import { describeMargin, placeboSeries, plotData, pooledSeries } from './plot-data.ts'
import { renderPlot } from './plot.ts'
import { parsePublished } from './published.ts'
import { caseResult, effect, latencyResult, syntheticRun } from './testing.ts'

const published = parsePublished(
  readFileSync(new URL('../../fixtures/published.json', import.meta.url), 'utf8'),
)

test('the same run gives the same bytes, another run others', async () => {
  const svg = await renderPlot(syntheticRun(), published)
  expect(await renderPlot(syntheticRun(), published)).toBe(svg)
  const latencies = [latencyResult({ latencyMs: 0, overheadMs: effect(0.5, 0.1) })]
  expect(await renderPlot(syntheticRun({ latencies }), published)).not.toBe(svg)
})

test('the picture holds every figure: fifteen averages, true means, the article, overheads', async () => {
  const svg = await renderPlot(syntheticRun(), published)
  expect(svg).toMatch(/^<svg [^>]*width="\d+"/)
  const labels = [...svg.matchAll(/aria-label="([^"]*)"/g)].map((match) => match[1] ?? '')
  const averages = labels.filter((label) => label.includes('average latency, ms: '))
  // A point each, and three lines and a dashed one that are labelled as their first point.
  expect(averages.length).toBeGreaterThanOrEqual(15 + 5 + 15)
  for (const text of ['1004.3', '0.003024', '1000.819']) {
    expect(averages.some((label) => label.includes(text))).toBe(true)
  }
  // Fifteen cells, five latencies pooled, five placebos, one machine left as is.
  const overheads = labels.filter(
    (label) => /overhead, ms: .*series: /.test(label) && !label.includes('upperMs'),
  )
  expect(overheads).toHaveLength(15 + 5 + 5 + 1)
  expect(svg).toContain('0.232 ms')
})

test('0 ms has a place on the axis, though the axis is logarithmic', () => {
  const zero = JSON.stringify(averagePanel(plotData(syntheticRun(), published)))
  expect(zero).toContain('"type":"symlog"')
  expect(zero).toContain('0 has a place of its own')
  const cases = [caseResult({ latencyMs: 1 }), caseResult({ latencyMs: 10 })]
  const above = JSON.stringify(averagePanel(plotData(syntheticRun({ cases }), published)))
  expect(above).toContain('"type":"log"')
})

test('an estimate without an interval is no mark', () => {
  const cases = [caseResult({ overheadMs: effect(0.2, null) })]
  const data = plotData(syntheticRun({ cases, latencies: [latencyResult()] }), published)
  expect(data.effects.map((point) => point.series)).toEqual([pooledSeries, placeboSeries])
})

test('every observation counts once in the true mean of a latency', () => {
  const data = plotData(syntheticRun(), published)
  const sleepMs = 10.0604
  const overheadMs = 0.231 + (10 * 10 + 100 * 100 + 1000 * 1000) / 1110 / 1e6
  const point = data.averages.find((each) => each.series.startsWith('true mean') && each.latencyMs === 10)
  expect(point?.averageMs).toBeCloseTo(0.5271 + overheadMs + sleepMs, 9)
})

test.for([
  [2, { text: 'margin 2 ms lies above this panel', isInPanel: false }],
  [0.5, { text: 'margin 0.5 ms (dashed)', isInPanel: true }],
] as const)('a margin of %f ms', ([marginMs, described]) => {
  const latencies = [latencyResult({ marginMs })]
  expect(describeMargin(plotData(syntheticRun({ latencies }), published))).toEqual(described)
})

test('a run that ended before its first sample still has a plot', async () => {
  const run = syntheticRun({ outcome: 'incomplete', cases: [], latencies: [] })
  expect(await renderPlot(run, published)).toContain('incomplete')
})
