import type { ArmStep, Knee, RatesCell, RatesStep } from '../record/rates.ts'
import type { RatesArm } from './boot-cell.ts'

/** Past this multiple of what it is at the lowest rate, a median latency is one of waiting in line. */
export const kneeFactor = 2
/** Fewer answers than this share of the arrivals: it does not keep up. */
export const keepUpShare = 0.95

/** From here on other work has a part in what is measured. */
const othersLimit = 0.1

type Standing = 'holds' | 'over' | 'doubt' | 'ours'

/**
 * Finds where an arm stops holding the rate: the step before, and the first one at which answers don't keep up or the
 * median latency is certainly more than twice that of the lowest rate. From a step on at which our own generator
 * may be what falls behind nothing is said.
 * @param steps of one cell, rates ascending
 */
export function findKnee(cell: RatesCell, arm: RatesArm, steps: readonly RatesStep[]): Knee {
  const first = steps[0]?.[arm]
  let holdsTo: number | null = null
  let isDoubted = false
  for (const step of steps) {
    const standing = first === undefined ? 'ours' : standingOf(step[arm], first)
    if (standing === 'ours' || standing === 'over') {
      const isKnee = standing === 'over'
      const found = {
        holdsTo,
        overFrom: isKnee ? step.rate : null,
        endedBy: isKnee ? 'knee' : 'client',
      } as const
      return describe(cell, arm, found, step)
    }
    if (standing === 'doubt') isDoubted = true
    else if (!isDoubted) holdsTo = step.rate
  }
  return describe(
    cell,
    arm,
    { holdsTo, overFrom: null, endedBy: isDoubted ? 'doubt' : 'steps' },
    steps.at(-1),
  )
}

/** Whether an arm holds a step, compared with the step of the lowest rate. */
export function standingOf(step: ArmStep, lowest: ArmStep): Standing {
  if (step.isOurs) return 'ours'
  const { estimate, lower, upper } = step.medianMs
  const limitMs = kneeFactor * lowest.medianMs.estimate
  if (step.answeredShare < keepUpShare || (lower ?? estimate) > limitMs) return 'over'
  return (upper ?? estimate) <= limitMs ? 'holds' : 'doubt'
}

function describe(
  cell: RatesCell,
  arm: RatesArm,
  found: Pick<Knee, 'holdsTo' | 'overFrom' | 'endedBy'>,
  step: RatesStep | undefined,
): Knee {
  const { holdsTo, overFrom, endedBy } = found
  const figures = step?.[arm]
  const upTo = holdsTo === null ? 'holds none of these rates' : `holds ${rate(holdsTo)}`
  const words = {
    knee: () => `${upTo}${holdsTo === null ? '' : ' and'} not ${rate(overFrom ?? 0)}: ${nameFull(figures)}`,
    client: () =>
      `${upTo}; from ${rate(step?.rate ?? 0)} on our own generator may be what falls behind (${describeClient(figures)}), so nothing is claimed`,
    doubt: () => `${upTo}; beyond that the rounds differ too much to say`,
    steps: () => `${upTo}, and nothing higher was asked`,
  }[endedBy]()
  return {
    cell: cell.id,
    arm,
    ...found,
    saturated: endedBy === 'knee' ? (figures?.saturated ?? null) : null,
    words: `${arm}, ${cell.id}: ${words}`,
  }
}

function nameFull(step: ArmStep | undefined): string {
  if (step === undefined) return ''
  const shares = [
    `HAProxy's busiest thread ${percent(step.haproxyThread)} of a core`,
    `agent ${percent(step.agent)}, its event loop ${percent(step.agentUtilisation)}`,
    `client ${percent(step.client)}, its event loop ${percent(step.clientUtilisation)}`,
  ].join('; ')
  const others =
    step.others !== null && step.others > othersLimit
      ? `, and other work took ${percent(step.others)} of the machine`
      : ''
  return step.saturated === null
    ? `nothing of ours is full (${shares})${others}`
    : `the ${step.saturated} is what is full first (${shares})`
}

function describeClient(step: ArmStep | undefined): string {
  if (step === undefined) return ''
  const late = `${percent(step.lateShare)} of its starts late, p99 ${step.latenessP99Ms.toFixed(2)} ms`
  return `${late}; its event loop ${percent(step.clientUtilisation)}, its process ${percent(step.client)} of a core`
}

function rate(perSecond: number): string {
  return `${perSecond} requests/s`
}

export function percent(share: number | null): string {
  return share === null ? '?' : `${(share * 100).toFixed(0)} %`
}
