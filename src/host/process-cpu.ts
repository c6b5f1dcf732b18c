import { readdirSync, readFileSync } from 'node:fs'
import { parseStatFields, readStatField } from './process-identity.ts'

/** proc_pid_stat(5) counts in USER_HZ, which is 100 on every architecture that Node runs on. */
const msPerTick = 10

/**
 * Processor time that a process has used since it started, user and system, all its threads (those that have
 * ended too) and none of its children; to 10 ms. Read it before and after, and take the difference.
 *
 * @returns milliseconds; null where the system does not tell, or there is no such process
 */
export function readProcessCpuMs(pid: number): number | null {
  // Fields 14 and 15 of /proc/<pid>/stat: utime, stime of the whole thread group.
  const ticks = [14, 15].map((field) => Number(readStatField(pid, field) ?? NaN))
  const sum = ticks.reduce((total, each) => total + each, 0)
  return Number.isNaN(sum) ? null : sum * msPerTick
}

/** The sum over several processes; null as soon as one of them does not tell, or there are none. */
export function readCpuMs(pids: readonly number[]): number | null {
  let sum: number | null = pids.length === 0 ? null : 0
  for (const pid of pids) {
    const cpuMs = readProcessCpuMs(pid)
    sum = sum === null || cpuMs === null ? null : sum + cpuMs
  }
  return sum
}

/**
 * Processor time of every thread that a process has now, by its id, to 10 ms.
 *
 * @returns milliseconds; null where the system does not tell, or there is no such process
 */
export function readThreadsCpuMs(pid: number): ReadonlyMap<number, number> | null {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map(Number)
    return new Map(threads.map((thread) => [thread, readThreadCpuMs(pid, thread)]))
  } catch {
    return null
  }
}

function readThreadCpuMs(pid: number, thread: number): number {
  const fields = parseStatFields(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1'))
  // utime and stime, 14 and 15, counted from the third field.
  return (Number(fields[11]) + Number(fields[12])) * msPerTick
}
