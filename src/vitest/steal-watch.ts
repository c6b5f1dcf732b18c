import { type CpuTimes, readCpuTimes } from '../host/cpu-times.ts'

/** The counters move by hundredths of a second: a share of less than this is too coarse to be shown. */
const fewestMs = 1_000

/** What the hypervisor took since a moment. Reading it takes some tens of microseconds. */
export interface StealWatch {
  /** From now on. */
  restart(): void
  /** Of all processor time; null where little has passed, undefined where the system does not tell. */
  share(): number | null | undefined
}

export function createStealWatch(read: () => CpuTimes | null = readCpuTimes): StealWatch {
  let from = read()
  return {
    restart: () => void (from = read()),
    share() {
      const to = read()
      if (from === null || to === null) return undefined
      const totalMs = to.totalMs - from.totalMs
      return totalMs < fewestMs ? null : (to.stealMs - from.stealMs) / totalMs
    },
  }
}
