import { readFileSync } from 'node:fs'

/**
 * Whether the kernel shares the processor out between this process and another one by session first
 * (sched(7), autogroup): idle priority then yields inside a session only.
 *
 * @returns false where it does not, where the system does not tell, and where there is no such process
 */
export function isInOtherAutogroup(pid: number): boolean {
  if (read('/proc/sys/kernel/sched_autogroup_enabled') !== '1') return false
  const own = groupOf('self')
  const its = groupOf(pid)
  return own !== undefined && its !== undefined && own !== its
}

/** `/autogroup-42 nice 0`: the name without the nice value. */
function groupOf(pid: number | 'self'): string | undefined {
  return read(`/proc/${pid}/autogroup`)?.split(' ')[0]
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1').trim()
  } catch {
    return undefined
  }
}
