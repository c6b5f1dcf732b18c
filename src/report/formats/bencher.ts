import type { LatencyResult, Run } from '../../record/run.ts'
import { toNs } from '../../record/units.ts'
import { renderJson } from './render-json.ts'

interface Metric {
  readonly value: number
  readonly lower_value?: number
  readonly upper_value?: number
}

/**
 * bencher.json: Bencher Metric Format (`bencher run --adapter json --file`). A benchmark per latency; overhead and
 * p99 are what Bencher calls `latency`, in ns. The bounds are those of this run's interval: how far the next
 * run may lie from it they do not say, so set thresholds from the history, not from them.
 */
export function renderBencher(run: Run): string {
  const benchmarks = run.latencies.flatMap((latency) => [
    ...benchmark(`overhead, agent ${latency.latencyMs} ms`, latency.overheadMs),
    ...benchmark(`overhead p99, agent ${latency.latencyMs} ms`, latency.overheadP99),
  ])
  return renderJson(Object.fromEntries(benchmarks))
}

function benchmark(
  name: string,
  effect: Pick<NonNullable<LatencyResult['overheadP99']>, 'estimate' | 'lower' | 'upper'> | null,
): [string, { latency: Metric }][] {
  if (effect === null) return []
  const { estimate, lower, upper } = effect
  const latency: Metric = {
    value: toNs(estimate),
    ...(lower === null ? {} : { lower_value: toNs(lower) }),
    ...(upper === null ? {} : { upper_value: toNs(upper) }),
  }
  return [[name, { latency }]]
}
