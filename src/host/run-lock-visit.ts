import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Where the lock is held: a socket name or a port. */
export type RunLockAddress = { readonly path: string } | { readonly host: string; readonly port: number }

export type Visit = { leave(): void } & (
  | { readonly outcome: 'gone' | 'stranger' }
  | {
      readonly outcome: 'held'
      /** In words: its pid and since when, or where it is silent. */
      readonly holder: string
      untilGone(signal: AbortSignal | undefined): Promise<void>
    }
)

const mark = 'spoe-bench run lock'
const maxGreetingLength = 256
const greetingTimeoutMs = 1_000
const askAgainAfterMs = 1_000

/** What the holder says to whoever connects. */
export function greetingOf(pid: number, since: Date): string {
  return `${JSON.stringify({ mark, pid, since: since.toISOString() })}\n`
}

/** Asks the holder who it is. The connection stays open until `leave`: its closing tells that the lock is free. */
export async function visitHolder(address: RunLockAddress): Promise<Visit> {
  const socket = connect({ ...address })
  const leave = (): void => {
    socket.destroy()
  }
  // It is stopped, or may not be asked.
  const unknown = `a process that does not answer at ${describeAddress(address)}`
  const greeting = await readGreeting(socket)
  if (greeting.state === 'closed') {
    if (!greeting.isForbidden) return { outcome: 'gone', leave }
    const untilGone = async (signal?: AbortSignal): Promise<void> => {
      await delay(askAgainAfterMs, undefined, { signal }).catch(() => {})
    }
    return { outcome: 'held', holder: unknown, untilGone, leave }
  }
  const holder = greeting.state === 'silent' ? unknown : parseGreeting(greeting.text)
  if (!holder) return { outcome: 'stranger', leave }
  const untilGone = async (signal?: AbortSignal): Promise<void> => {
    // An error is followed by the closing; the caller looks at the signal itself.
    if (!socket.closed) await once(socket, 'close', { signal }).catch(() => {})
  }
  return { outcome: 'held', holder, untilGone, leave }
}

type Greeting =
  | { readonly state: 'said'; readonly text: string }
  | { readonly state: 'silent' }
  | { readonly state: 'closed'; readonly isForbidden: boolean }

function readGreeting(socket: Socket): Promise<Greeting> {
  return new Promise((resolve) => {
    let text = ''
    let isForbidden = false
    const timer = setTimeout(() => resolve({ state: 'silent' }), greetingTimeoutMs)
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => {
      if (text.length <= maxGreetingLength) text += String(chunk)
      if (text.includes('\n') || text.length > maxGreetingLength) resolve({ state: 'said', text })
    })
    socket.on('error', (error) => {
      isForbidden = 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ state: 'closed', isForbidden })
    })
  })
}

function parseGreeting(text: string): string | undefined {
  try {
    const said: unknown = JSON.parse(text)
    if (typeof said !== 'object' || said === null) return undefined
    if (!('mark' in said && said.mark === mark && 'pid' in said && 'since' in said)) return undefined
    const { pid, since } = said
    return typeof pid === 'number' && typeof since === 'string' ? `process ${pid}, since ${since}` : undefined
  } catch {
    return undefined
  }
}

export function describeAddress(address: RunLockAddress): string {
  return 'path' in address ? address.path.replace('\0', '@') : `${address.host}:${address.port}`
}
