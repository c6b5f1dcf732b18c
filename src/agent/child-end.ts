import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'

/** For what a program has still to answer when it is told to end. */
const termDeadlineMs = 2_000

/** Settles when the process has ended, or could not be started: how, in words. */
export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(describeEnd(code, signal)))
  })
}

/** SIGTERM, and SIGKILL two seconds later, by way of its guard where it has one. */
export async function endChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM')
  const late = setTimeout(() => {
    if (child.stdin === null) child.kill('SIGKILL')
    // A guard takes it for our death.
    else child.stdin.destroy()
  }, termDeadlineMs)
  await ended
  clearTimeout(late)
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal ${signal}`
  // What a guard or a shell says of a child that a signal ended.
  const named = Object.entries(constants.signals).find(([, number]) => number === (code ?? 0) - 128)
  return `exit code ${code}${named === undefined ? '' : `, signal ${named[0]}`}`
}
