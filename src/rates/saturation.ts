import type { ArmStep } from '../record/rates.ts'

/** Busy shares of one step, of a core or of an event loop; null: not known. */
export interface BusyShares {
  readonly haproxyThread: number | null
  readonly agent: number | null
  readonly agentUtilisation: number
  readonly client: number
  readonly clientUtilisation: number
  /** Of all cores. */
  readonly machine: number | null
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
 * What is full, the fullest where several are; null where nothing that is known is. HAProxy, agent and client take their turns
 * on the cores of one machine: where that is full, each of them has less than it would use.
 */
export function nameSaturated(shares: BusyShares): ArmStep['saturated'] {
  if (shares.machine !== null && shares.machine >= fullShare) return 'machine'
  const candidates = [
    { name: 'HAProxy thread', share: shares.haproxyThread ?? 0 },
    { name: 'agent', share: Math.max(shares.agent ?? 0, shares.agentUtilisation) },
    { name: 'client', share: Math.max(shares.client, shares.clientUtilisation) },
  ] as const
  const full = candidates.filter(({ share }) => share >= fullShare).toSorted((a, b) => b.share - a.share)
  return full[0]?.name ?? null
}

/** Whether we may be what is measured: our own starts were late, nothing was fuller than our generator, or the machine was full. */
export function isOurs(saturated: ArmStep['saturated'], lateShare: number): boolean {
  return lateShare > lateShareLimit || saturated === 'client' || saturated === 'machine'
}
