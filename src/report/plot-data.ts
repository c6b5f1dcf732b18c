import type { CaseResult, Effect, Run } from '../record/run.ts'
import { describeCondition } from './condition.ts'
import { formatMs, formatNominal } from './format.ts'
import { axisOf, matrixCases } from './matrix.ts'
import { findPublished } from './published.ts'
import type { Published } from './published.ts'

/** One mark of the plot. Type aliases, not interfaces: Vega wants rows that are plain records. */
type AveragePoint = { readonly latencyMs: number; readonly series: string; readonly averageMs: number }
type EffectPoint = {
  readonly latencyMs: number
  readonly series: string
  readonly estimateMs: number
  readonly lowerMs: number
  readonly upperMs: number
  readonly label: string
}

export interface PlotData {
  /** All latencies of the matrix in ms, ascending. */
  readonly latenciesMs: readonly number[]
  /** One per number of requests, in ascending order: "10 requests". */
  readonly requestSeries: readonly string[]
  readonly averages: readonly AveragePoint[]
  readonly effects: readonly EffectPoint[]
  readonly marginMs: number | null
  readonly title: string
}

export const trueMeanSeries = 'true mean, all requests'
export const articleSeries = 'printed in the article'
export const pooledSeries = 'all blocks pooled'
export const placeboSeries = 'placebo (must be 0)'
export const asIsSeries = 'machine left as is'

/** The marks of both panels, from the run's figures alone. */
export function plotData(run: Run, published: Published): PlotData {
  const cells = matrixCases(run)
  const { haproxy, keepAwake } = run.host
  return {
    latenciesMs: axisOf(cells, 'latencyMs'),
    requestSeries: axisOf(cells, 'requests').map((requests) => requestName(requests)),
    averages: [
      ...cells.flatMap((cell) =>
        averagePoint(cell.latencyMs, requestName(cell.requests), cell.publishedAverageMs),
      ),
      ...axisOf(cells, 'latencyMs').flatMap((latencyMs) =>
        averagePoint(latencyMs, trueMeanSeries, trueMean(cells, latencyMs)),
      ),
      ...cells.flatMap((cell) =>
        averagePoint(cell.latencyMs, articleSeries, findPublished(published, cell)?.printedMs ?? null),
      ),
    ],
    effects: [
      ...cells.flatMap((cell) => effectPoint(cell.latencyMs, requestName(cell.requests), cell.overheadMs)),
      ...run.latencies.flatMap(({ latencyMs, overheadMs }) =>
        effectPoint(latencyMs, pooledSeries, overheadMs),
      ),
      ...run.latencies.flatMap(({ latencyMs, placeboMs }) =>
        effectPoint(latencyMs, placeboSeries, placeboMs),
      ),
      ...run.cases
        .filter((shown) => !shown.isJudged && shown.mode === 'as-is' && !cells.includes(shown))
        .flatMap((shown) => effectPoint(shown.latencyMs, asIsSeries, shown.overheadMs)),
    ],
    marginMs: run.latencies[0]?.marginMs ?? null,
    title: `HAProxy ${haproxy.version}, ${describeCondition(run)}, machine ${keepAwake.mode === 'awake' ? 'kept awake' : 'as is'}: ${run.outcome}`,
  }
}

/** `margin 2 ms`, and whether the panel has room for it: a far margin would flatten what there is to see. */
export function describeMargin(
  data: PlotData,
): { readonly text: string; readonly isInPanel: boolean } | null {
  if (data.marginMs === null) return null
  const top = Math.max(0, ...data.effects.map((effect) => effect.upperMs))
  const isInPanel = data.marginMs <= top * farMargin
  const name = `margin ${formatNominal(data.marginMs)}`
  return { isInPanel, text: isInPanel ? `${name} (dashed)` : `${name} lies above this panel` }
}

const farMargin = 2

function requestName(requests: number): string {
  return `${requests} requests`
}

function averagePoint(latencyMs: number, series: string, averageMs: number | null): AveragePoint[] {
  return averageMs === null ? [] : [{ latencyMs, series, averageMs }]
}

function effectPoint(latencyMs: number, series: string, effect: Effect | null): EffectPoint[] {
  // No interval, no mark: a point without one would look as certain as the others.
  if (effect === null || effect.lower === null || effect.upper === null) return []
  return [
    {
      latencyMs,
      series,
      estimateMs: effect.estimate,
      lowerMs: effect.lower,
      upperMs: effect.upper,
      label: formatMs(effect.estimate),
    },
  ]
}

/** The mean over all requests of a latency: every observation counts once. */
function trueMean(cells: readonly CaseResult[], latencyMs: number): number | null {
  const offloads = cells.flatMap((cell) => (cell.latencyMs === latencyMs ? (cell.arms.offload ?? []) : []))
  const count = offloads.reduce((sum, offload) => sum + offload.count, 0)
  return count === 0 ? null : offloads.reduce((sum, offload) => sum + offload.mean * offload.count, 0) / count
}
