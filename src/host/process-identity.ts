import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'

/** A process that can be told from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** Opaque; null where the system does not tell. */
  readonly startTime: string | null
}

export type Liveness = 'alive' | 'dead' | 'unknown'

/**
 * The fields of /proc/<pid>/stat from the third (`state`) on: the second is the command in parentheses and
 * may hold blanks and parentheses itself.
 */
export function parseStatFields(stat: string): readonly string[] {
  return stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(/\s+/)
}

/** Field `number` as proc_pid_stat(5) counts them, from 3 on; undefined where there is no such process. */
export function readStatField(pid: number, number: number): string | undefined {
  try {
    return parseStatFields(readFileSync(`/proc/${pid}/stat`, 'latin1'))[number - 3]
  } catch {
    return undefined
  }
}

/** When the process started, told apart over reboots and pid namespaces; null where that is unknown. */
export function readStartTime(pid: number): string | null {
  const ticksSinceBoot = readStatField(pid, 22)
  if (ticksSinceBoot !== undefined) return `${readWorld()}/${ticksSinceBoot}`
  if (process.platform === 'linux') return null
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
    return started === '' ? null : started
  } catch {
    return null
  }
}

/** `unknown` when the identity comes from another container: its numbers mean nothing here. */
export function livenessOf({ pid, startTime }: ProcessIdentity): Liveness {
  if (startTime !== null && process.platform === 'linux') {
    const [boot, namespace] = startTime.split('/')
    const [ownBoot, ownNamespace] = readWorld().split('/')
    if (boot !== ownBoot) return 'dead'
    if (namespace !== ownNamespace) return 'unknown'
  }
  if (!isRunning(pid)) return 'dead'
  return startTime === null || readStartTime(pid) === startTime ? 'alive' : 'dead'
}

/** Whether a process with this number exists, whoever owns it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** What a pid is relative to: this boot and this pid namespace. */
function readWorld(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    const namespace = readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')
    return `${boot}/${namespace}`
  } catch {
    return '-/-'
  }
}
