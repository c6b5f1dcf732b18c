import type { ArmName } from '../../record/plan.ts'
import { sortAscending } from '../../stats/order.ts'
import { quantileOfSorted } from '../../stats/quantile.ts'
import type { CaseSeries } from '../run-series.ts'

/** A sorted sample in ms; null where there is none. */
export type Sorted = Float64Array | null

/** The net latencies of one arm over several cases, sorted. */
export function poolSorted(series: readonly CaseSeries[], arm: ArmName): Sorted {
  const pooled = series.flatMap(({ netMs }) => netMs[arm] ?? [])
  return pooled.length === 0 ? null : sortAscending(pooled)
}

/** Quantiles at the middle of each of `steps` equal shares: what a curve is drawn through. */
export function curve(sorted: Float64Array, steps: number): { share: number; ms: number }[] {
  return Array.from({ length: steps }, (_, index) => {
    const share = (index + 0.5) / steps
    return { share, ms: quantileOfSorted(sorted, share) }
  })
}

/** The judged cases of each latency, in the order of the latencies. */
export function byLatency(series: readonly CaseSeries[]): [latencyMs: number, cases: CaseSeries[]][] {
  const groups = Map.groupBy(
    series.filter(({ isJudged }) => isJudged),
    ({ latencyMs }) => latencyMs,
  )
  return [...groups].toSorted(([a], [b]) => a - b)
}
