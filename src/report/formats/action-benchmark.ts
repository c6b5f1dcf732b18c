import type { LatencyResult, Run } from '../../record/run.ts'
import { formatEffect, formatInterval, formatLevel } from '../format.ts'
import { type GateBenchmark, gateBenchmarks } from './gate-benchmarks.ts'
import { renderJson } from './render-json.ts'

/**
 * action-benchmark.json: what github-action-benchmark reads as `customSmallerIsBetter`. Its alert is a ratio to
 * the run before and knows no spread, so keep `alert-threshold` wide and let the gate decide.
 */
export function renderActionBenchmark(run: Run): string {
  return renderJson([
    ...run.latencies.flatMap((latency) => [
      ...entry('overhead', latency, latency.overheadMs),
      ...entry('overhead p99', latency, latency.overheadP99),
    ]),
    ...(run.gate === undefined ? [] : gateBenchmarks(run.gate).flatMap(gateEntries)),
  ])
}

/** The median of each side: a ratio of differences, which are as good as nought, would say nothing. */
function gateEntries({ label, base, candidate, difference, verdict }: GateBenchmark): object[] {
  const extra = `candidate - base ${formatEffect(difference)}, ${difference.count} paired blocks; ${verdict}`
  return [
    { name: `base, ${label}`, unit: 'ms', value: base.median, extra },
    { name: `candidate, ${label}`, unit: 'ms', value: candidate.median, extra },
  ]
}

function entry(
  name: string,
  { latencyMs, verdict, marginMs }: LatencyResult,
  effect: LatencyResult['overheadP99'],
): object[] {
  if (effect === null) return []
  const { estimate, lower, upper, level, count } = effect
  return [
    {
      name: `${name}, agent ${latencyMs} ms`,
      unit: 'ms',
      value: estimate,
      ...(lower === null || upper === null ? {} : { range: formatInterval(lower, upper) }),
      extra: `${count} paired blocks, ${formatLevel(level)} interval; ${verdict ?? 'no verdict'}, margin ${marginMs} ms`,
    },
  ]
}
