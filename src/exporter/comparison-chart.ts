import type { TopLevelSpec } from 'vega-lite'
import { drawSvg } from '../report/draw-svg.ts'
import { findTestimony, questioned } from './comparison-table.ts'
import type { CellResult, Comparison } from './comparison.ts'
import { samplesWindow } from './rules.ts'

const series = {
  truth: 'truth',
  exporter: 'exporter',
  csv: 'CSV of show stat',
  divided: 'truth x n / 512',
} as const

/** Type alias, not interface: Vega wants rows that are plain records. */
type Point = {
  readonly haproxy: string
  readonly requests: number
  readonly series: string
  readonly ms: number
}

/** chart.svg: what is read, what is true and what is predicted, over the number of requests; a panel a release. */
export async function renderComparisonChart(comparison: Comparison): Promise<string> {
  return `${await drawSvg(chartSpec(comparison))}\n`
}

/** The marks, of the sleep that most cells have. */
function points(cells: readonly CellResult[]): Point[] {
  return cells.flatMap((cell) => {
    const { haproxy, requests, agentMeanMs, clientMeanMs } = cell
    const truthMs = (agentMeanMs + clientMeanMs) / 2
    const of = (name: string, ms: number | undefined): Point[] =>
      ms === undefined ? [] : [{ haproxy: `HAProxy ${haproxy}`, requests, series: name, ms }]
    return [
      ...of(series.truth, truthMs),
      ...of(series.divided, (truthMs * Math.min(requests, samplesWindow)) / samplesWindow),
      ...of(series.csv, findTestimony(cell, 'CSV, agents, total, average')?.readingMs),
      ...of(series.exporter, findTestimony(cell, questioned)?.readingMs),
    ]
  })
}

function ladderSleep(cells: readonly CellResult[]): number {
  const counts = new Map<number, number>()
  for (const { sleepMs } of cells) counts.set(sleepMs, (counts.get(sleepMs) ?? 0) + 1)
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 0
}

function chartSpec({ cells }: Comparison): TopLevelSpec {
  const sleepMs = ladderSleep(cells)
  const ladder = cells.filter((cell) => cell.sleepMs === sleepMs)
  const largest = Math.max(1, ...ladder.map(({ requests }) => requests))
  const marks = points(ladder)
  const highest = Math.max(1, ...marks.map(({ ms }) => ms))
  const names: string[] = [series.truth, series.divided, series.csv, series.exporter]
  const requests = {
    field: 'requests',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, base: 2, domain: [0.8, largest * 1.25], nice: false as const },
    axis: { values: [1, 4, 16, 64, 256, 512, 2048], title: 'requests since boot', format: '~d' },
  }
  const channel = (
    range: string[],
  ): { field: 'series'; type: 'nominal'; scale: { domain: string[]; range: string[] } } => ({
    field: 'series',
    type: 'nominal',
    scale: { domain: names, range },
  })
  const encoding = {
    x: requests,
    y: {
      field: 'ms',
      type: 'quantitative' as const,
      // Linear below a millisecond, so that nought has a place.
      scale: {
        type: 'symlog' as const,
        constant: 0.5,
        domainMin: 0,
        domainMax: 1.3 * highest,
        nice: false as const,
      },
      axis: { values: [0, 1, 3, 10, 30, 100, 300, 1000], title: 'ms' },
    },
    color: channel(['#000000', '#767676', '#0072B2', '#D55E00']),
    shape: channel(['stroke', 'stroke', 'square', 'circle']),
  }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    title: {
      text: `What HAProxy says of an agent that takes ${sleepMs} ms`,
      // Without a canvas Vega takes text for wider than it is: short lines, or the picture gets a blank margin.
      subtitle: [
        "total time average of the agents' backend, by the number of requests;",
        'the dotted line stands at 512',
      ],
      anchor: 'start',
      fontSize: 15,
      subtitleFontSize: 12,
      offset: 10,
    },
    config: {
      font: 'sans-serif',
      axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#E4E4E4' },
      legend: {
        labelFontSize: 12,
        orient: 'bottom',
        columns: 2,
        labelLimit: 260,
        title: null,
        symbolStrokeWidth: 2,
      },
      header: { labelFontSize: 13, labelFontWeight: 'bold', title: null, labelPadding: 6 },
    },
    data: { values: marks },
    facet: { field: 'haproxy', type: 'nominal', header: { title: null } },
    columns: 2,
    // Headers stand on the panels, whatever labels the axes have.
    bounds: 'flush',
    spacing: { row: 40, column: 60 },
    spec: {
      width: 330,
      height: 190,
      layer: [
        {
          data: { values: [{ requests: samplesWindow }] },
          mark: { type: 'rule', strokeDash: [2, 3], color: '#767676' },
          encoding: { x: requests },
        },
        {
          transform: [{ filter: { field: 'series', oneOf: [series.truth, series.divided] } }],
          mark: { type: 'line', strokeWidth: 2 },
          encoding,
        },
        // Where both say the same the circle lies in the square.
        ...[
          { name: series.csv, size: 90 },
          { name: series.exporter, size: 36 },
        ].map(({ name, size }) => ({
          transform: [{ filter: { field: 'series', equal: name } }],
          mark: { type: 'point' as const, filled: true, size, opacity: 1 },
          encoding,
        })),
      ],
    },
  }
}
