import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { guardCommand } from './guard.ts'
import { HostError } from './host-error.ts'
import { readStatField } from './process-identity.ts'

/** SCHED_IDLE in linux/sched.h. */
const idlePolicy = '5'

/** An endless loop that takes what nobody else on its core wants, so that the core never sleeps. */
export interface Spinner extends AsyncDisposable {
  readonly core: number
  /** Of the loop itself, not of its guard. */
  readonly pid: number
}

type SpinnerProcess = ChildProcessByStdio<Writable, Readable, Readable>

/**
 * Starts in our own session: where the kernel shares the processor out by session first (autogroup), idle
 * priority yields inside a session only.
 * @throws HostError SPINNER_FAILED
 */
export async function startSpinner(core: number): Promise<Spinner> {
  const [command, ...rest] = guardCommand()
  const loop = ['taskset', '-c', String(core), 'chrt', '-i', '0', 'sh', '-c', 'echo $$; while :; do :; done']
  const guard = spawn(command!, [...rest, ...loop], { stdio: ['pipe', 'pipe', 'pipe'] })
  const stop = (): Promise<void> => stopSpinner(guard)
  try {
    const pid = await readPid(guard)
    if (!isSpinner(pid)) throw new Error(`process ${pid} did not get idle priority`)
    for (const stream of [guard.stdout, guard.stderr]) stream.destroy()
    // A run that forgets to dispose may still end, and the spinners end with it.
    guard.unref()
    return { core, pid, [Symbol.asyncDispose]: stop }
  } catch (cause) {
    await stop()
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HostError('SPINNER_FAILED', `Expected an idle-priority spinner on core ${core}: ${reason}`, {
      cause,
    })
  }
}

/**
 * Stops spinners for the case that is measured as is. Any process of the same user may call it.
 * @returns the pids that are no spinner (any more); these were left alone
 */
export function suspend(pids: readonly number[]): readonly number[] {
  return signalSpinners(pids, 'SIGSTOP')
}

/** The opposite of `suspend`, harmless for a spinner that runs. */
export function resume(pids: readonly number[]): readonly number[] {
  return signalSpinners(pids, 'SIGCONT')
}

function signalSpinners(pids: readonly number[], signal: 'SIGSTOP' | 'SIGCONT'): readonly number[] {
  return pids.filter((pid) => {
    if (!isSpinner(pid)) return true
    try {
      process.kill(pid, signal)
      return false
    } catch {
      return true
    }
  })
}

/** A number can have passed on to a stranger; idle priority is rare enough to tell. */
function isSpinner(pid: number): boolean {
  return readStatField(pid, 41) === idlePolicy
}

async function readPid(guard: SpinnerProcess): Promise<number> {
  let complaint = ''
  guard.stderr.on('data', (chunk) => (complaint += String(chunk)))
  const ended = once(guard, 'close').then(([code]) => {
    throw new Error(complaint.trim() || `it ended with code ${code}`)
  })
  const [chunk] = await Promise.race([once(guard.stdout, 'data'), ended])
  return Number(String(chunk))
}

/** By closing its pipe: that reaches one that is stopped, where TERM would wait for its continuation. */
async function stopSpinner(guard: SpinnerProcess): Promise<void> {
  guard.ref()
  guard.stdin.destroy()
  if (guard.exitCode === null && guard.signalCode === null) await once(guard, 'exit')
}
