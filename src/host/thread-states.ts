import { readdirSync } from 'node:fs'
import { readStatField } from './process-identity.ts'

/**
 * What the kernel says of a process and its threads, for a person: gone, ended and not yet collected, or a letter
 * for each thread (proc_pid_stat(5): R runs or wants to, S and D wait, T is stopped, Z has ended).
 */
export function describeProcess(pid: number): string {
  const state = readStatField(pid, 3)
  if (state === undefined) return `process ${pid} is gone`
  const states = threadsOf(pid).flatMap((thread) => readStatField(thread, 3) ?? [])
  // The first thread can have ended while others go on.
  if (state === 'Z' && states.every((one) => one === 'Z')) {
    return `process ${pid} has ended and was not collected`
  }
  return `process ${pid} lives, states of its threads ${states.join('') || state}`
}

/** A thread is found under /proc by its number, though not listed there. */
function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}
