import type { Run } from '../record/run.ts'
import { axisOf, matrixCases } from './matrix.ts'

/**
 * plot.csv: the columns of the seed's file first (latency, then its estimator for each number of requests),
 * so that the seed's gnuplot command draws it as it stands; after them the true means, and the overhead of
 * the pooled blocks with its interval. Everything in ms; a cell that was not measured is empty.
 */
export function renderPlotCsv(run: Run): string {
  const cases = matrixCases(run)
  const requestCounts = axisOf(cases, 'requests')
  const names = [
    'latency_ms',
    ...requestCounts.map((requests) => `seed_average_${requests}_ms`),
    ...requestCounts.map((requests) => `true_mean_${requests}_ms`),
    'overhead_ms',
    'overhead_lower_ms',
    'overhead_upper_ms',
  ]
  const rows = axisOf(cases, 'latencyMs').map((latencyMs) => {
    const row = requestCounts.map((requests) =>
      cases.find((result) => result.latencyMs === latencyMs && result.requests === requests),
    )
    const overhead = run.latencies.find((latency) => latency.latencyMs === latencyMs)?.overheadMs
    return [
      String(latencyMs),
      ...row.map((result) => field(result?.publishedAverageMs)),
      ...row.map((result) => field(result?.arms.offload?.mean)),
      field(overhead?.estimate),
      field(overhead?.lower),
      field(overhead?.upper),
    ]
  })
  return [`# ${names.join(', ')}`, ...rows.map((row) => row.join(', ').trimEnd()), ''].join('\n')
}

function field(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '' : ms.toFixed(6)
}
