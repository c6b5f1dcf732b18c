/**
 * Time inside a record is an integer number of nanoseconds since the run's epoch, so that sums are exact;
 * whatever a person reads is milliseconds. The two meet here and nowhere else.
 */
export const nsPerMs = 1_000_000

/** Nanoseconds to milliseconds, kept to the nanosecond (six decimals), or null for "there is no number". */
export function toMs(ns: number): number
export function toMs(ns: number | null): number | null
export function toMs(ns: number | null): number | null {
  // Half nanoseconds do occur (an average of two integers). Away from nought on both sides, so that the
  // other arm's view of a difference is its exact mirror; the sum takes the sign off a minus nought.
  return ns === null ? null : (Math.sign(ns) * Math.round(Math.abs(ns))) / nsPerMs + 0
}

/** Milliseconds to whole nanoseconds. */
export function toNs(ms: number): number {
  return Math.round(ms * nsPerMs)
}
