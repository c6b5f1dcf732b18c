import type { Run } from '../../record/run.ts'
import { placeboFault } from '../../trial/placebo.ts'
import { formatMs } from '../format.ts'

export interface TrustCheck {
  /** null: there was nothing to check. */
  readonly isMet: boolean | null
  readonly text: string
}

/** What speaks for and against believing a run, the worst that a reader has to know first. */
export function trustChecks(run: Run): TrustCheck[] {
  const faults = run.cases.reduce(
    (sum, one) => sum + one.faults.reduce((all, { count }) => all + count, 0),
    0,
  )
  return [
    outcomeCheck(run),
    placeboCheck(run),
    decoyCheck(run),
    faultCheck(faults),
    attemptCheck(run),
    warningCheck(run),
  ]
}

/** Every warning of a run, each once. */
export function allWarnings(run: Run): string[] {
  return [
    ...new Set([
      ...run.warnings,
      ...run.latencies.flatMap(({ latencyMs, warnings }) =>
        warnings.map((text) => `${latencyMs} ms: ${text}`),
      ),
      ...run.cases.flatMap(({ id, warnings }) => warnings.map((text) => `${id}: ${text}`)),
    ]),
  ]
}

function outcomeCheck({ outcome }: Run): TrustCheck {
  const isStanding = !['invalid', 'incomplete', 'unblinded'].includes(outcome)
  return { isMet: isStanding, text: isStanding ? 'valid by its own rules' : `the run is ${outcome}` }
}

function placeboCheck({ placeboMs }: Run): TrustCheck {
  if (placeboMs === null) return { isMet: null, text: 'no placebo' }
  return {
    isMet: placeboFault(placeboMs) === null,
    text: `placebo, which must be 0: ${formatMs(placeboMs.estimate)}`,
  }
}

function decoyCheck({ decoy }: Run): TrustCheck {
  if (decoy === null) return { isMet: null, text: 'no decoy' }
  const found = decoy.effectMs === null ? '' : ` as ${formatMs(decoy.effectMs.estimate)}`
  return {
    isMet: decoy.isFound,
    text: `hidden delay of ${formatMs(decoy.injectedMs)} ${decoy.isFound ? `found${found}` : 'missed'}`,
  }
}

function faultCheck(faults: number): TrustCheck {
  return {
    isMet: faults === 0,
    text: faults === 0 ? 'every offloaded request proved that it crossed the agent' : `${faults} faults`,
  }
}

function attemptCheck({ attempt }: Run): TrustCheck {
  if (attempt === null) return { isMet: null, text: 'in no ledger of attempts' }
  const { number, aborted } = attempt
  return { isMet: aborted === 0 ? true : null, text: `attempt ${number}, ${aborted} aborted before it` }
}

function warningCheck(run: Run): TrustCheck {
  const count = allWarnings(run).length
  return {
    isMet: count === 0 ? true : null,
    text: count === 0 ? 'no warnings' : `${count} warnings, listed below`,
  }
}
