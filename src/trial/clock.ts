import type { Clock } from '../record/clock.ts'

/** The machine's monotonic clock, counted from `epochNs`. */
export function monotonicClock(epochNs: bigint): Clock {
  return () => Number(process.hrtime.bigint() - epochNs)
}
