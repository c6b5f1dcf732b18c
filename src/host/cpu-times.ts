import { readFileSync } from 'node:fs'

/** Processor time of the whole machine since it booted, summed over its cores. */
export interface CpuTimes {
  readonly busyMs: number
  readonly idleMs: number
  /** Time in which the hypervisor ran somebody else although we had work. */
  readonly stealMs: number
  readonly totalMs: number
}

/** proc_stat(5) counts in USER_HZ, which is 100 on every architecture that Node runs on. */
const msPerTick = 10

/** Read it before and after, and take the difference; null where the system does not tell. */
export function readCpuTimes(): CpuTimes | null {
  try {
    return parseCpuTimes(readFileSync('/proc/stat', 'latin1'))
  } catch {
    return null
  }
}

/** The first line: user nice system idle iowait irq softirq steal; guests are counted in user and nice. */
export function parseCpuTimes(stat: string): CpuTimes | null {
  const fields = /^cpu +(.*)$/m.exec(stat)?.[1]?.trim().split(/ +/).slice(0, 8).map(Number)
  if (!fields || fields.length < 8 || fields.some(Number.isNaN)) return null
  const [, , , idle = 0, iowait = 0, , , steal = 0] = fields
  const total = fields.reduce((sum, ticks) => sum + ticks, 0)
  return {
    busyMs: (total - idle - iowait - steal) * msPerTick,
    idleMs: (idle + iowait) * msPerTick,
    stealMs: steal * msPerTick,
    totalMs: total * msPerTick,
  }
}
