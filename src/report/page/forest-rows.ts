import type { CaseResult, Effect, LatencyResult, Run } from '../../record/run.ts'
import { caseName } from '../case-name.ts'
import { formatEffect, formatMs, formatNominal } from '../format.ts'
import { rowsInOrder } from '../matrix.ts'
import { verdictMark } from '../verdict-mark.ts'
import type { Beside } from './beside.ts'

/** A line of the forest plot. Type alias, not interface: Vega wants rows that are plain records. */
export type ForestRow = {
  readonly row: string
  readonly kind: 'pooled' | 'case' | 'as is' | 'against'
  readonly estimateMs: number
  readonly lowerMs: number
  readonly upperMs: number
  readonly figure: string
  readonly interval: string
  /** The exact values, for the native title. */
  readonly exact: string
}

/** For each latency its pooled blocks first, then what stands beside them, then its cases; only what has an interval. */
export function forestRows(run: Run, beside: readonly Beside[] = []): ForestRow[] {
  return run.latencies.flatMap((latency) => {
    const { latencyMs } = latency
    const cases = rowsInOrder(run).filter((one) => one.latencyMs === latencyMs)
    return [
      ...forestRow(`${latencyMs} ms, all ${latency.blocks}`, 'pooled', latency, latency.overheadMs),
      ...beside.filter((one) => one.latencyMs === latencyMs).map((one) => besideRow(one)),
      ...cases.flatMap((one) =>
        forestRow(
          `${caseName(one)}${one.isJudged ? '' : `, ${verdictMark(one).word}`}`,
          one.isJudged ? 'case' : 'as is',
          one,
          one.overheadMs,
        ),
      ),
    ]
  })
}

function besideRow({ latencyMs, name, estimateMs, lowerMs, upperMs, figures, basis }: Beside): ForestRow {
  const row = `${latencyMs} ms, ${name}`
  return {
    row,
    kind: 'against',
    estimateMs,
    lowerMs,
    upperMs,
    figure: formatMs(estimateMs),
    interval: figures,
    exact: `${row}: ${figures}, ${basis}`,
  }
}

function forestRow(
  row: string,
  kind: ForestRow['kind'],
  result: CaseResult | LatencyResult,
  effect: Effect | null,
): ForestRow[] {
  if (effect === null || effect.lower === null || effect.upper === null) return []
  const { mark, word } = verdictMark(result)
  return [
    {
      row,
      kind,
      estimateMs: effect.estimate,
      lowerMs: effect.lower,
      upperMs: effect.upper,
      figure: formatMs(effect.estimate),
      interval: formatEffect(effect),
      exact: `${row}: ${formatEffect(effect)}, ${effect.count} blocks; ${mark} ${word} at ${formatNominal(result.marginMs)}`,
    },
  ]
}
