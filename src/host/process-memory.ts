import { readFileSync } from 'node:fs'

/**
 * The most memory that a process has had resident since it started (VmHWM, proc_pid_status(5)).
 *
 * @returns bytes; null where the system does not tell, or there is no such process
 */
export function readPeakMemoryBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
}
