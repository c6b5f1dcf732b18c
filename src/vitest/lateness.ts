import type { Exchange } from '../record/samples.ts'
import { toNs } from '../record/units.ts'
import { startDelayLimitMs } from '../stats/health-limits.ts'

/** Fewer starts than this make no share. */
const fewestStarts = 60

/** How long the load generator's event loop lets a due request wait. */
export interface Lateness {
  /** Share of the starts that were more than `startDelayLimitMs` late; what was known before while they are few. */
  readonly share: number | null
  add(exchanges: readonly Exchange[]): void
}

/** @param known the share of the case before, if there was one */
export function createLateness(known: number | null = null): Lateness {
  let [starts, late] = [0, 0]
  const limitNs = toNs(startDelayLimitMs)
  return {
    get share() {
      return starts < fewestStarts ? known : late / starts
    },
    add(exchanges) {
      for (const [, , intendedNs, startNs] of exchanges) {
        starts++
        if (startNs - intendedNs > limitNs) late++
      }
    },
  }
}
