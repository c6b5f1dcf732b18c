import type { OutageArmName } from '../haproxy/outage-config.ts'
import { type Change, type Fate, type FateCounts, fateLetters, type OutageArm } from '../record/outage.ts'
import { toMs } from '../record/units.ts'
import { estimateEffect } from '../trial/effect.ts'
import type { FatedRequest } from './classify.ts'

const resamples = 1_999
/** So many verdicts in a row, and the outage is over: a busy machine may still miss one later. */
export const recoveredStreak = 10
/** Fewer pairs give no interval at 95 %. */
const leastPairs = 6

export interface CellTimes {
  readonly failing: Change
  readonly healing: Change
  /** The longest timeout of all arms: who begins later may still be waiting when the outage ends. */
  readonly longestNs: number
}

export type ArmFigures = Omit<OutageArm, 'disagreements'>

/** Everything that is said of one arm, from what became of its requests. */
export function computeArmFigures(
  { arm, timeoutMs }: { readonly arm: OutageArmName; readonly timeoutMs: number },
  requests: readonly FatedRequest[],
  { failing, healing, longestNs }: CellTimes,
  level: number,
): ArmFigures {
  const own = requests.filter((request) => request.arm === arm)
  const during = own.filter(({ startNs }) => startNs >= failing.toNs && startNs <= healing.fromNs - longestNs)
  const lost = during.filter(({ fate }) => fate === 'unchecked' || fate === 'rejected')
  const bypass = new Map(
    requests.filter((request) => request.arm === 'bypass').map((request) => [request.block, request]),
  )
  const differences = lost.flatMap(({ block, startNs, endNs }) => {
    const control = bypass.get(block)
    return control === undefined ? [] : [endNs - startNs - (control.endNs - control.startNs)]
  })
  return {
    arm,
    timeoutMs,
    before: countFates(own.filter(({ endNs }) => endNs <= failing.fromNs)),
    during: countFates(during),
    whole: countFates(own),
    addedMs: differences.length < leastPairs ? null : estimateEffect(differences, { level, resamples }),
    errors: countErrors(during),
    recoveryMs: recovery(own, healing.toNs),
    startNs: own.map(({ startNs }) => startNs),
    latencyNs: own.map(({ startNs, endNs }) => endNs - startNs),
    fates: own.map(({ fate }) => fateLetters[fate]).join(''),
  }
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
