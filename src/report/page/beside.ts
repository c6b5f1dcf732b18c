import type { DescribedComparison } from '../../baseline/comparison-table.ts'
import { comparisonLevel } from '../../baseline/compare-run.ts'
import type { Run } from '../../record/run.ts'
import { formatEffect, formatInterval, formatLevel, formatMs } from '../format.ts'
import type { PageData } from './page-data.ts'

/** What stands beside the latencies of a run in the forest plot: another run, or where a baseline expects a new one. */
export interface Beside {
  readonly latencyMs: number
  /** In the row's name, behind the latency. */
  readonly name: string
  readonly estimateMs: number
  readonly lowerMs: number
  readonly upperMs: number
  /** Estimate and interval, with unit. */
  readonly figures: string
  /** What the interval is over. */
  readonly basis: string
}

/** All that a page has to show beside its run, and how a legend says it. */
export function besideOf({ against, baseline }: Pick<PageData, 'against' | 'baseline'>): {
  readonly rows: readonly Beside[]
  readonly legends: readonly string[]
} {
  return {
    rows: [
      ...(against === undefined ? [] : besideRun(against)),
      ...(baseline === undefined ? [] : besideBaseline(baseline)),
    ],
    legends: [
      ...(against === undefined ? [] : [`the same in ${against.runId}`]),
      ...(baseline === undefined
        ? []
        : [`where the baseline’s runs expect a new one, ${formatLevel(comparisonLevel)}`]),
    ],
  }
}

function besideRun({ latencies }: Run): Beside[] {
  return latencies.flatMap(({ latencyMs, overheadMs }) =>
    overheadMs === null || overheadMs.lower === null || overheadMs.upper === null
      ? []
      : [
          {
            latencyMs,
            name: 'all, other run',
            estimateMs: overheadMs.estimate,
            lowerMs: overheadMs.lower,
            upperMs: overheadMs.upper,
            figures: formatEffect(overheadMs),
            basis: `${overheadMs.count} blocks`,
          },
        ],
  )
}

function besideBaseline({ latencies }: DescribedComparison): Beside[] {
  return latencies.map(({ latencyMs, prediction, lower, upper }) => ({
    latencyMs,
    name: 'baseline',
    estimateMs: prediction.mean,
    lowerMs: lower,
    upperMs: upper,
    figures: `${formatMs(prediction.mean)} ${formatInterval(lower, upper)}`,
    basis: `a new run like the baseline’s ${prediction.count}`,
  }))
}
