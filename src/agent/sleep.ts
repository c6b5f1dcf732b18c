import type { Clock } from '../record/clock.ts'

/**
 * Sleeps until `untilNs` and never less: Node's timers count whole milliseconds and may fire up to 0.8 ms
 * early, so they are set again. Resolves to the time at which it really ended.
 */
export function sleepUntil(clock: Clock, untilNs: number): Promise<number> {
  return new Promise((resolve) => {
    const check = (): void => {
      const now = clock()
      if (now >= untilNs) resolve(now)
      else setTimeout(check, Math.max(1, Math.floor((untilNs - now) / 1_000_000)))
    }
    check()
  })
}
