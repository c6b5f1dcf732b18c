import type { ArmStep, Knee, RatesCell, RatesPlan, RatesStep } from '../record/rates.ts'
import { formatLevel } from '../report/format.ts'
import { countNeeded } from '../stats/signed-rank-null.ts'
import type { RatesArm } from './boot-cell.ts'

/** Past this multiple of what it is at the lowest rate, a median latency is one of waiting in line. */
export const kneeFactor = 2
/** Fewer answers than this share of the arrivals: it does not keep up. */
export const keepUpShare = 0.95

/** From here on other work has a part in what is measured. */
const othersLimit = 0.1

type Standing = 'holds' | 'over' | 'doubt' | 'ours'

/** What a knee is told from of its plan. */
type Rounds = Pick<RatesPlan, 'rounds' | 'level'>

/**
 * Finds where an arm stops holding the rate: the step before, and the first one at which answers don't keep up or the
 * median latency is certainly more than twice that of the lowest rate. From a step on at which our own generator
 * may be what falls behind nothing is said, nor of anything where the rounds are too few for an interval.
 * @param steps of one cell, rates ascending
 */
export function findKnee(plan: Rounds, cell: RatesCell, arm: RatesArm, steps: readonly RatesStep[]): Knee {
  const first = steps[0]?.[arm]
  let holdsTo: number | null = null
  let isDoubted = false
  for (const step of steps) {
    const standing = first === undefined ? 'ours' : standingOf(plan, step[arm], first)
    if (standing === 'ours' || standing === 'over') {
      const isKnee = standing === 'over'
      const found = {
        holdsTo,
        overFrom: isKnee ? step.rate : null,
        endedBy: isKnee ? 'knee' : 'client',
      } as const
      return describe(plan, cell, arm, found, step)
    }
    if (standing === 'doubt') isDoubted = true
    else if (!isDoubted) holdsTo = step.rate
  }
  return describe(
    plan,
    cell,
    arm,
    { holdsTo, overFrom: null, endedBy: isDoubted ? 'doubt' : 'steps' },
    steps.at(-1),
  )
}

/** Rounds that an interval takes. */
function roundsNeeded({ level }: Rounds): number {
  return countNeeded((1 - level) / 2)
}

/** Whether an arm holds a step, compared with the step of the lowest rate. */
function standingOf(plan: Rounds, step: ArmStep, lowest: ArmStep): Standing {
  if (step.isOurs) return 'ours'
  if (plan.rounds < roundsNeeded(plan)) return 'doubt'
  if (step.answeredShare < keepUpShare) return 'over'
  if (step.medianMs === null || lowest.medianMs === null) return 'doubt'
  const { lower, upper } = step.medianMs
  const limitMs = kneeFactor * lowest.medianMs.estimate
  if (lower !== null && lower > limitMs) return 'over'
  return upper !== null && upper <= limitMs ? 'holds' : 'doubt'
}

/**
 * Whether requests that fail at a step are a fault of the set-up and no finding: as far as can be seen the step is one
 * that the arm holds. Where rounds are too few for an interval their estimate decides, for this claims nothing.
 */
export function isHeld(step: ArmStep, lowest: ArmStep): boolean {
  if (step.isOurs || step.answeredShare < keepUpShare) return false
  if (step === lowest || step.medianMs === null || lowest.medianMs === null) return true
  const { estimate, upper } = step.medianMs
  return (upper ?? estimate) <= kneeFactor * lowest.medianMs.estimate
}

function describe(
  plan: Rounds,
  cell: RatesCell,
  arm: RatesArm,
  found: Pick<Knee, 'holdsTo' | 'overFrom' | 'endedBy'>,
  step: RatesStep | undefined,
): Knee {
  const { holdsTo, overFrom, endedBy } = found
  const figures = step?.[arm]
  const upTo = holdsTo === null ? '' : `holds ${rate(holdsTo)}`
  const words = {
    knee: () =>
      `${upTo === '' ? 'does not hold' : `${upTo} and not`} ${rate(overFrom ?? 0)}: ${nameFull(figures)}`,
    client: () =>
      `${upTo === '' ? '' : `${upTo}; `}from ${rate(step?.rate ?? 0)} on ${describeOurs(figures)}, so nothing is claimed`,
    doubt: () => describeDoubt(plan, upTo),
    steps: () => (upTo === '' ? 'no step has all its rounds' : `${upTo}, and nothing higher was asked`),
  }[endedBy]()
  return {
    cell: cell.id,
    arm,
    ...found,
    saturated: endedBy === 'knee' ? (figures?.saturated ?? null) : null,
    words: `${arm}, ${cell.id}: ${words}`,
  }
}

function describeDoubt(plan: Rounds, upTo: string): string {
  const needed = roundsNeeded(plan)
  if (plan.rounds < needed) {
    const rounds = plan.rounds === 1 ? 'one round is' : `${plan.rounds} rounds are`
    return `${rounds} too few to say what it holds: an interval at ${formatLevel(plan.level)} takes ${needed}`
  }
  return upTo === ''
    ? 'the rounds differ too much to say what it holds'
    : `${upTo}; beyond that the rounds differ too much to say`
}

function nameFull(step: ArmStep | undefined): string {
  if (step === undefined) return ''
  const shares = [
    `HAProxy's busiest thread ${said(step.haproxyThread, ' of a core')}`,
    `agent ${said(step.agent)}, its event loop ${said(step.agentUtilisation)}`,
    `client ${said(step.client)}, its event loop ${said(step.clientUtilisation)}`,
    `the machine ${said(step.machine)}`,
  ].join('; ')
  const isKnown = [step.haproxyThread, step.agent, step.machine].every((share) => typeof share === 'number')
  const others =
    step.others !== null && step.others > othersLimit
      ? `, and other work took ${percent(step.others)} of the machine`
      : ''
  return step.saturated === null
    ? `${isKnown ? 'nothing of ours is full' : 'nothing that is known is full'} (${shares})${others}`
    : `the ${step.saturated} is what is full first (${shares})`
}

function describeOurs(step: ArmStep | undefined): string {
  if (step === undefined) return ''
  if (step.saturated === 'machine') {
    return `the machine that HAProxy, agent and client share is full (${said(step.machine)} of all cores), and what is first can not be told`
  }
  const late = `${percent(step.lateShare)} of its starts late, p99 ${step.latenessP99Ms === null ? 'not known' : `${step.latenessP99Ms.toFixed(2)} ms`}`
  return `our own generator may be what falls behind (${late}; its event loop ${said(step.clientUtilisation)}, its process ${said(step.client, ' of a core')})`
}

function said(share: number | null | undefined, unit = ''): string {
  return typeof share === 'number' ? `${percent(share)}${unit}` : 'not known'
}

function rate(perSecond: number): string {
  return `${perSecond} requests/s`
}

export function percent(share: number | null): string {
  return share === null ? '?' : `${(share * 100).toFixed(0)} %`
}
