import { openTimeoutMs } from '../haproxy/outage-config.ts'
import { canonicalOf, sha256 } from '../record/canonical.ts'
import type { OutageDesign, OutageRecords } from '../record/outage-plan.ts'
import { toNs } from '../record/units.ts'
import { classify, type FatedRequest } from './classify.ts'
import { type CodeFigures, computeCodeFigures, type RowTimes } from './figures.ts'

/** A row under codes: its requests and what they come to, made without knowing which code is which arm. */
export interface BlindedRow {
  /** Times from the first request. */
  readonly requests: readonly FatedRequest[]
  readonly times: RowTimes
  /** By code. */
  readonly figures: readonly CodeFigures[]
  /** Of the figures. */
  readonly frozen: string
}

export function analyseRow(records: OutageRecords, { level }: Pick<OutageDesign, 'level'>): BlindedRow {
  const firstNs = Math.min(...records.exchanges.map(([, , , startNs]) => startNs))
  const since = ({ fromNs, toNs: endNs }: RowTimes['failing']): RowTimes['failing'] => ({
    fromNs: fromNs - firstNs,
    toNs: endNs - firstNs,
  })
  const requests = classify(records).map((request) => ({
    ...request,
    startNs: request.startNs - firstNs,
    endNs: request.endNs - firstNs,
  }))
  const times = {
    failing: since(records.failing),
    healing: since(records.healing),
    longestNs: toNs(openTimeoutMs),
  }
  const figures = computeCodeFigures(requests, records.ports.length, times, level)
  return { requests, times, figures, frozen: sha256(canonicalOf(figures)) }
}
