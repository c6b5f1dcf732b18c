import { type CpuTimes, readCpuTimes } from '../host/cpu-times.ts'

/** The counters move by hundredths of a second: a share of less than this is too coarse to be shown. */
const fewestMs = 1_000

/** What the hypervisor took since a moment. Reading it takes some tens of microseconds. */
export interface StealWatch {
  /** From now on. */
  restart(): void
  /**
   * Of all processor time; what was known before while little has passed, null if nothing was, undefined where the
   * system does not tell.
   */
  share(): number | null | undefined
}

export function createStealWatch(read: () => CpuTimes | null = readCpuTimes): StealWatch {
  let from = read()
  let known: number | null = null
  const shareAt = (to: CpuTimes | null): number | null | undefined => {
    if (from === null || to === null) return undefined
    const totalMs = to.totalMs - from.totalMs
    return totalMs < fewestMs ? known : (to.stealMs - from.stealMs) / totalMs
  }
  return {
    restart() {
      const now = read()
      known = shareAt(now) ?? null
      from = now
    },
    share: () => shareAt(read()),
  }
}
