/** HAProxy as a child process: start, readiness, end. */
import { execa } from 'execa'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { HaproxyError } from './haproxy-error.ts'
import { parseInfo, statsCommand } from './stats.ts'

export interface ReadyOptions {
  readonly statsSocket: string
  readonly timeoutMs: number
  readonly cancelSignal?: AbortSignal
}

export interface HaproxyProcess {
  readonly pid: number
  readonly exited: Promise<void>
  readonly stderr: () => string
  /** HAProxy's own pid, once all its frontends accept. */
  ready(options: ReadyOptions): Promise<number>
  /** SIGTERM, and SIGKILL where that is not enough; resolves when the process is gone. */
  end(): Promise<void>
}

const pollMs = 2
/** HAProxy ends within some 5 ms of SIGTERM. */
const termDeadlineMs = 500
const keptStderrLength = 16_384

export function startProcess([file = '', ...words]: readonly string[]): HaproxyProcess {
  // An open standard input is what a guard in front of HAProxy takes for our being alive.
  const child = execa(file, words, {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    forceKillAfterDelay: false,
  })
  child.stdin.on('error', () => {})
  let stderr = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderrLength)
  })
  let how: string | undefined
  // Not execa's own promise alone: that waits for standard error, which a stray child can keep open.
  const { promise: exited, resolve } = Promise.withResolvers<void>()
  child.nodeChildProcess.once('exit', (code, signal) => {
    how = signal ?? `code ${code}`
    resolve()
  })
  const closed = child.then(({ originalMessage }) => {
    how ??= originalMessage ?? 'it did not start'
    resolve()
  })
  let haproxyPid: number | undefined
  let socketPath = ''

  async function ready({ statsSocket, timeoutMs, cancelSignal }: ReadyOptions): Promise<number> {
    const deadline = performance.now() + timeoutMs
    socketPath = statsSocket
    // HAProxy binds every listener before it serves any, so an answer here means that all frontends accept.
    // Knocking at their ports would say less (a stranger could hold one) and count as a request on each.
    for (;;) {
      haproxyPid = await pidOf(statsSocket)
      if (haproxyPid !== undefined) return haproxyPid
      if (how !== undefined) {
        await isDoneWithin(closed, termDeadlineMs)
        throw earlyExit(how, stderr)
      }
      if (cancelSignal?.aborted === true) {
        throw new HaproxyError('CANCELLED', 'HAProxy was still booting when the run was cancelled', {
          cause: cancelSignal.reason,
        })
      }
      if (performance.now() > deadline) {
        throw new HaproxyError(
          'BOOT_TIMEOUT',
          `expected HAProxy to accept within ${timeoutMs} ms; it said: ${stderr.trim() || 'nothing'}`,
        )
      }
      await delay(pollMs)
    }
  }

  async function end(): Promise<void> {
    child.kill('SIGTERM')
    if (!(await isDoneWithin(exited, termDeadlineMs))) {
      // A guard takes the end of its input for our death and kills HAProxy.
      child.stdin.end()
      if (!(await isDoneWithin(exited, termDeadlineMs))) child.kill('SIGKILL')
      await exited
    }
    // What stood in front of it can have been killed without it. Only HAProxy listens on that socket.
    if (haproxyPid !== undefined && (await isListening(socketPath))) await killStranger(haproxyPid)
    child.stderr.destroy()
  }

  return { pid: child.pid ?? 0, exited, stderr: () => stderr, ready, end }
}

async function isDoneWithin(promise: Promise<void>, ms: number): Promise<boolean> {
  const timer = new AbortController()
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false)
  const isDone = await Promise.race([promise.then(() => true), late])
  timer.abort()
  return isDone
}

/** Kills a process that is no child of ours, so that nothing tells of its end: it is looked for until it is gone. */
async function killStranger(pid: number): Promise<void> {
  const deadline = performance.now() + termDeadlineMs
  try {
    process.kill(pid, 'SIGKILL')
    while (performance.now() < deadline) {
      process.kill(pid, 0)
      await delay(pollMs)
    }
  } catch {
    // It is gone.
  }
}

function isListening(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(socketPath, () => {
    socket.destroy()
    resolve(true)
  }).on('error', () => resolve(false))
  return promise
}

async function pidOf(statsSocket: string): Promise<number | undefined> {
  try {
    const pid = Number(parseInfo(await statsCommand(statsSocket, 'show info')).get('Pid'))
    return Number.isInteger(pid) ? pid : undefined
  } catch {
    return undefined
  }
}

function earlyExit(how: string, stderr: string): HaproxyError {
  const said = stderr.trim().replaceAll(/^(\[\w+\])\s+\(\d+\) : /gm, '$1 ') || 'nothing'
  const isPortTaken = /cannot bind (?:socket|to)|Address already in use/i.test(stderr)
  return new HaproxyError(
    isPortTaken ? 'PORT_IN_USE' : 'EARLY_EXIT',
    `expected HAProxy to stay up; it ended (${how}) and said: ${said}`,
  )
}
