import type { LatencyResult, Run, Summary } from '../../record/run.ts'
import { toNs } from '../../record/units.ts'
import { gateBenchmarks } from './gate-benchmarks.ts'
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
  return renderJson(Object.fromEntries([...benchmarks, ...gateEntries(run)]))
}

/** The difference is what a threshold belongs on; the sides alone move with the machine. */
function gateEntries({ gate }: Run): [string, { latency: Metric }][] {
  if (gate === undefined) return []
  return gateBenchmarks(gate).flatMap(({ label, base, candidate, difference, tail }) => [
    ...benchmark(`base, ${label}`, withoutBounds(base)),
    ...benchmark(`candidate, ${label}`, withoutBounds(candidate)),
    ...benchmark(`candidate - base, ${label}`, difference),
    ...benchmark(`candidate - base p99, ${label}`, tail),
  ])
}

function withoutBounds({ median }: Summary): { estimate: number; lower: null; upper: null } {
  return { estimate: median, lower: null, upper: null }
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
