import type { Effect, LatencyResult } from '../../record/run.ts'
import { sortAscending } from '../../stats/order.ts'
import { quantile, quantileOfSorted } from '../../stats/quantile.ts'
import { formatCell, formatMs, formatNominal } from '../format.ts'
import { caseName } from '../case-name.ts'
import { type CaseSeries, differencesMs } from '../run-series.ts'
import { renderChart, type ChartSpec } from './chart.ts'
import { byLatency } from './distribution.ts'
import { gallery, legend, section, tableBehind, type Cell } from './figure.ts'
import { html, type Html } from './markup.ts'
import type { PageData } from './page-data.ts'
import { colour } from './palette.ts'

/** Blocks that are summed up by one dot. */
const groupSize = 37

/** What the blocks said one after the other: drift, a warm-up that went on, a spell of noise. */
export async function sequenceSection({ run, series }: PageData): Promise<Html> {
  const rows = byLatency(series).map(([latencyMs, cases]) => ({
    latency: run.latencies.find((one) => one.latencyMs === latencyMs),
    latencyMs,
    cases,
    differences: cases.flatMap((one) => differencesMs(one, 'offload', 'bypass')),
  }))
  const charts = rows.flatMap(({ latencyMs, latency, cases, differences }) =>
    differences.length === 0 ? [] : [draw(latencyMs, latency, cases, differences)],
  )
  return section(
    'sequence',
    'Block after block',
    html`The overhead of every block in the order of sending (thin line; what leaves the chart is cut off),
    the median of every ${groupSize} (dots), the estimate of all (dashed). Upright lines: where the next case
    begins. It should look like noise around a level line.`,
    [
      legend([
        { colour: colour('placebo'), name: 'one block' },
        { colour: colour('offload'), name: `median of ${groupSize} blocks`, sign: 'dot' },
        { colour: colour('ink'), name: 'estimate', sign: 'dash' },
      ]),
      gallery(await Promise.all(charts)),
      tableBehind(
        'Order and drift',
        [
          'agent × requests',
          'drift',
          'neighbours',
          'first tenth, sd',
          'spread, ms',
          'warm-up blocks',
          'late starts',
        ],
        run.cases.flatMap(({ id, latencyMs, requests, overheadMs, lateStarts }) => {
          const warmUp = series.find((one) => one.id === id)?.warmUpBlocks ?? ''
          return overheadMs === null
            ? []
            : [driftCells(caseName({ id, latencyMs, requests }), overheadMs, warmUp, lateStarts)]
        }),
      ),
    ],
  )
}

function driftCells(name: string, effect: Effect, warmUp: number | '', lateStarts: number): Cell[] {
  return [
    name,
    formatCell(effect.drift),
    formatCell(effect.lagOne),
    formatCell(effect.early),
    formatCell(effect.spread),
    warmUp,
    lateStarts,
  ]
}

async function draw(
  latencyMs: number,
  latency: LatencyResult | undefined,
  cases: readonly CaseSeries[],
  differences: readonly number[],
): Promise<Html> {
  const estimateMs = latency?.overheadMs?.estimate ?? null
  const medians = groupMedians(differences)
  return renderChart(sequenceSpec(latencyMs, cases, differences, medians, estimateMs), {
    id: `sequence-${latencyMs}`,
    title: `Overhead block after block, agent sleeps ${formatNominal(latencyMs)}`,
    description:
      `${differences.length} blocks; medians of ${groupSize} lie between ` +
      `${formatMs(Math.min(...medians.map(({ ms }) => ms)))} and ${formatMs(Math.max(...medians.map(({ ms }) => ms)))}`,
  })
}

/** Type alias, not interface: Vega wants rows that are plain records. */
type Point = { readonly block: number; readonly ms: number; readonly exact: string }

function groupMedians(differences: readonly number[]): Point[] {
  const groups = Math.max(1, Math.floor(differences.length / groupSize))
  return Array.from({ length: groups }, (_, index) => {
    const from = index * groupSize
    const to = index === groups - 1 ? differences.length : from + groupSize
    const ms = quantile(differences.slice(from, to), 0.5)
    return { block: (from + to) / 2, ms, exact: `blocks ${from + 1} to ${to}: median ${formatMs(ms)}` }
  })
}

function sequenceSpec(
  latencyMs: number,
  cases: readonly CaseSeries[],
  differences: readonly number[],
  medians: readonly Point[],
  estimateMs: number | null,
): ChartSpec {
  const sorted = sortAscending(differences)
  const medianMs = medians.map(({ ms }) => ms)
  const low = Math.min(0, quantileOfSorted(sorted, 0.05), ...medianMs)
  const high = Math.max(0, quantileOfSorted(sorted, 0.95), ...medianMs)
  const clamp = (ms: number): number => Math.min(high, Math.max(low, ms))
  const starts = cases.map((_, index) =>
    cases.slice(0, index).reduce((sum, { requests }) => sum + requests, 0),
  )
  const x = {
    field: 'block',
    type: 'quantitative',
    scale: { domain: [0, differences.length], nice: false },
    axis: { title: 'block', tickCount: 5, grid: false },
  }
  const y = {
    field: 'ms',
    type: 'quantitative',
    scale: { domain: [low, high], nice: false },
    axis: { title: 'overhead, ms', tickCount: 4, format: '~f' },
  }
  return {
    title: `agent sleeps ${formatNominal(latencyMs)}`,
    width: 235,
    height: 130,
    layer: [
      {
        data: { values: differences.map((ms, block) => ({ block, ms: clamp(ms) })) },
        mark: { type: 'line', strokeWidth: 0.5, opacity: 0.75, color: colour('placebo'), aria: false },
        encoding: { x, y },
      },
      {
        data: { values: starts.slice(1).map((block) => ({ block })) },
        mark: { type: 'rule', color: colour('ink'), strokeWidth: 0.8, aria: false },
        encoding: { x },
      },
      ...(estimateMs === null
        ? []
        : [
            {
              data: { values: [{ ms: estimateMs }] },
              mark: { type: 'rule', color: colour('ink'), strokeDash: [5, 3], aria: false },
              encoding: { y },
            },
          ]),
      {
        data: { values: medians },
        mark: { type: 'point', filled: true, size: 26, opacity: 1, color: colour('offload') },
        encoding: { x, y, description: { field: 'exact' } },
      },
    ],
  }
}
