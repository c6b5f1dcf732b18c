import type { Fate } from '../record/outage.ts'
import { toNs } from '../record/units.ts'
import type { FatedRequest } from './classify.ts'
import type { CellTimes } from './figures.ts'

/** An outage from 100 to 1,000 ms; a block every 10 ms up to 1,500. */
export const outageTimes: CellTimes = {
  failing: { fromNs: toNs(99), toNs: toNs(100) },
  healing: { fromNs: toNs(1000), toNs: toNs(1001) },
  longestNs: toNs(300),
}

export interface Behaviour {
  /** Of the requests of the outage, in turn. */
  readonly fates: readonly Fate[]
  readonly waitMs: number
  readonly error: number | null
  /** How long after the end of the outage requests still fare as in it. */
  readonly lingerMs: number
}

/** Requests to bypass, which take 1 to 2 ms, and to an arm that behaves so; they take 0.3 ms more, or the wait. */
export function requestsOf(arm: FatedRequest['arm'], behaviour: Behaviour): FatedRequest[] {
  const { fates, waitMs, error, lingerMs } = behaviour
  return Array.from({ length: 150 }, (_, block) => {
    const startNs = toNs(block * 10)
    const bypassNs = toNs(1 + (block % 7) / 7)
    const isOutage = startNs >= toNs(100) && startNs < toNs(1001 + lingerMs)
    const fate = isOutage ? (fates[block % fates.length] as Fate) : 'checked'
    const lostNs = fate === 'checked' ? toNs(0.3) : toNs(waitMs)
    return [
      { arm: 'bypass', block, startNs, endNs: startNs + bypassNs, fate: 'unchecked', error: null },
      {
        arm,
        block,
        startNs,
        endNs: startNs + bypassNs + lostNs,
        fate,
        error: fate === 'unchecked' ? error : null,
      },
    ] satisfies FatedRequest[]
  }).flat()
}
