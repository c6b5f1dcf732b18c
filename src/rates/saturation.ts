import type { ArmStep } from '../record/rates.ts'

/** Busy shares of one step, of a core or of an event loop; null: not known. */
export interface BusyShares {
  readonly haproxyThread: number | null
  readonly agent: number | null
  readonly agentUtilisation: number
  readonly client: number
  readonly clientUtilisation: number
}

/** From here on a core, or an event loop, is full: the rest is what waking up costs, and a clock of 10 ms. */
export const fullShare = 0.9
/** Our own starts may be late by this before they count as late. */
export const lateStartMs = 1
/** A p99 is ours from here on: as many of our own starts were late. */
export const lateTailLimit = 0.01
/** And so is a median, and what else is said of a step. */
export const lateShareLimit = 0.1

/**
 * What is full, the fullest where several are; null where nothing is.
 * @param isSharedCore client and agent have one core between them, and HAProxy is not on it
 */
export function nameSaturated(shares: BusyShares, isSharedCore: boolean): ArmStep['saturated'] {
  const candidates = [
    { name: 'HAProxy thread', share: shares.haproxyThread ?? 0 },
    { name: 'agent', share: Math.max(shares.agent ?? 0, shares.agentUtilisation) },
    { name: 'client', share: Math.max(shares.client, shares.clientUtilisation) },
    { name: 'core of client and agent', share: isSharedCore ? shares.client + (shares.agent ?? 0) : 0 },
  ] as const
  const full = candidates.filter(({ share }) => share >= fullShare).toSorted((a, b) => b.share - a.share)
  return full[0]?.name ?? null
}

/** Whether our own generator may be what is measured: it was late, or nothing was fuller than its side. */
export function isOurs(saturated: ArmStep['saturated'], lateShare: number): boolean {
  return lateShare > lateShareLimit || saturated === 'client' || saturated === 'core of client and agent'
}
