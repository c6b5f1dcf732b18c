import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { readStatField } from './process-identity.ts'

export interface ProcessEntry {
  readonly pid: number
  readonly parentPid: number
  /** The command line word by word; without /proc it is split at blanks. Empty for kernel threads. */
  readonly words: readonly string[]
}

/** All processes that can be seen and still run; those that only wait to be collected are left out. */
export function readProcessTable(): readonly ProcessEntry[] {
  return process.platform === 'linux' ? readProc() : askPs()
}

function readProc(): readonly ProcessEntry[] {
  const entries: ProcessEntry[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const state = readStatField(pid, 3)
    if (state === undefined || state === 'Z' || state === 'X') continue
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
      entries.push({ pid, parentPid: Number(readStatField(pid, 4)), words })
    } catch {
      // It ended between the two readings.
    }
  }
  return entries
}

function askPs(): readonly ProcessEntry[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,command='], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  return listing.split('\n').flatMap((line) => {
    const [pid, parentPid, state, ...words] = line.trim().split(/\s+/)
    if (!pid || state?.startsWith('Z')) return []
    return [{ pid: Number(pid), parentPid: Number(parentPid), words }]
  })
}
