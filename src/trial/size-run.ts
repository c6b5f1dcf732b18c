import type { Plan } from '../record/plan.ts'
import type { LatencyResult } from '../record/run.ts'
import { blocksForEffect, standardErrorOf } from '../stats/power.ts'
import { caseDurationMs } from './case-duration.ts'

/** What a run shall be able to find: an effect of this size, with this power, by a one-sided test at alpha. */
export interface SizeRequest {
  readonly effectMs: number
  readonly power: number
  readonly alpha: number
}

export interface LatencySize {
  readonly latencyMs: number
  readonly blocks: number
  readonly durationMs: number
}

/**
 * How many blocks each latency needs, from the spread that a stored run had. The spread is that of its
 * interval, so spikes, ties and neighbours that go together are in it. A latency without an interval is left
 * out.
 * @throws StatsError OUT_OF_RANGE for an effect, a power or an alpha that has no answer
 */
export function sizeRun(
  plan: Plan,
  latencies: readonly LatencyResult[],
  { effectMs, ...test }: SizeRequest,
): LatencySize[] {
  return latencies.flatMap(({ latencyMs, overheadMs }): LatencySize[] => {
    const standardError = overheadMs === null ? null : standardErrorOf(overheadMs, overheadMs.level)
    const measured = plan.cases.find((planCase) => planCase.latencyMs === latencyMs)
    if (overheadMs === null || standardError === null || measured === undefined) return []
    const blocks = blocksForEffect({ standardError, count: overheadMs.count }, effectMs, test)
    return [{ latencyMs, blocks, durationMs: caseDurationMs(plan, { ...measured, requests: blocks }) }]
  })
}
