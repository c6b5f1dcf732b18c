import type { Fate, FateCounts, OutageArm } from '../record/outage.ts'
import type { Change } from '../record/outage-plan.ts'
import { toMs } from '../record/units.ts'
import { estimateEffect } from '../trial/effect.ts'
import type { FatedRequest } from './classify.ts'

const resamples = 1_999
/** So many verdicts in a row, and the outage is over: a busy machine may still miss one later. */
export const recoveredStreak = 10
/** Fewer pairs give no interval at 95 %. */
const leastPairs = 6

export interface RowTimes {
  readonly failing: Change
  readonly healing: Change
  /** The longest timeout of all arms: who begins later may still be waiting when the outage ends. */
  readonly longestNs: number
}

/** What is said of one code, from what became of its requests. */
export interface CodeFigures extends Pick<
  OutageArm,
  'before' | 'during' | 'whole' | 'errors' | 'recoveryMs'
> {
  /** Of the requests of the outage without a verdict, less each code in their block; null: too few, and for itself. */
  readonly addedMs: readonly OutageArm['addedMs'][]
}

/** @param requests of all codes, 0 to `codes` - 1 */
export function computeCodeFigures(
  requests: readonly FatedRequest[],
  codes: number,
  { failing, healing, longestNs }: RowTimes,
  level: number,
): CodeFigures[] {
  const ofCode = Array.from({ length: codes }, (_, code) => requests.filter((one) => one.code === code))
  const byBlock = ofCode.map((own) => new Map(own.map((request) => [request.block, request])))
  return ofCode.map((own, code) => {
    const during = own.filter(
      ({ startNs }) => startNs >= failing.toNs && startNs <= healing.fromNs - longestNs,
    )
    const lost = during.filter(({ fate }) => fate === 'unchecked' || fate === 'rejected')
    return {
      before: countFates(own.filter(({ endNs }) => endNs <= failing.fromNs)),
      during: countFates(during),
      whole: countFates(own),
      addedMs: byBlock.map((control, other) => (other === code ? null : compare(lost, control, level))),
      errors: countErrors(during),
      recoveryMs: recovery(own, healing.toNs),
    }
  })
}

function compare(
  lost: readonly FatedRequest[],
  controls: ReadonlyMap<number, FatedRequest>,
  level: number,
): OutageArm['addedMs'] {
  const differences = lost.flatMap(({ block, startNs, endNs }) => {
    const control = controls.get(block)
    return control === undefined ? [] : [endNs - startNs - (control.endNs - control.startNs)]
  })
  return differences.length < leastPairs ? null : estimateEffect(differences, { level, resamples })
}

function countFates(requests: readonly FatedRequest[]): FateCounts {
  const of = (fate: Fate): number => requests.filter((request) => request.fate === fate).length
  return {
    checked: of('checked'),
    unchecked: of('unchecked'),
    rejected: of('rejected'),
    failed: of('failed'),
  }
}

function countErrors(requests: readonly FatedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { error } of requests) if (error !== null) counts[error] = (counts[error] ?? 0) + 1
  return counts
}

function recovery(requests: readonly FatedRequest[], wellNs: number): number | null {
  const after = requests.filter(({ startNs }) => startNs >= wellNs).toSorted((a, b) => a.startNs - b.startNs)
  const first = after.findIndex((_, index) => {
    const streak = after.slice(index, index + recoveredStreak)
    return streak.length === recoveredStreak && streak.every(({ fate }) => fate === 'checked')
  })
  return first < 0 ? null : toMs((after[first] as FatedRequest).startNs - wellNs)
}
