/** HAProxy's stats socket: one command per connection, and the parsers of what it answers. */
import { connect } from 'node:net'
import type { BackendTimes } from './backend-times.ts'
import { HaproxyError } from './haproxy-error.ts'

/**
 * Sends one command and reads the answer to its end.
 *
 * Source: HAProxy management guide, section 9.3.
 */
export function statsCommand(socketPath: string, command: string, timeoutMs = 2000): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(socketPath)
  const chunks: string[] = []
  const fail = (reason: string, cause?: unknown): void => {
    socket.destroy()
    const message = `expected an answer to "${command}" on the stats socket ${socketPath}: ${reason}`
    reject(new HaproxyError('STATS_SOCKET', message, { cause }))
  }
  socket.setEncoding('utf8')
  socket.setTimeout(timeoutMs, () => fail(`none within ${timeoutMs} ms`))
  socket.on('error', (error) => fail(error.message, error))
  socket.on('data', (chunk: string) => chunks.push(chunk))
  socket.on('end', () => resolve(chunks.join('')))
  socket.write(`${command}\n`)
  return promise
}

/** `show info`: one `Name: value` per line. */
export function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const colon = line.indexOf(': ')
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 2).trim()] as const]
    }),
  )
}

/** One line of `show stat`. Counters are since boot or since `clear counters all`; times are ms. */
export interface StatLine {
  readonly proxy: string
  /** FRONTEND, BACKEND, or the name of a server. */
  readonly service: string
  /** `UP`, `DOWN 1/2`, `no check`; `OPEN` for a frontend. */
  readonly status: string
  /** Result of the last check, `INI` before the first; '' where there is no check. */
  readonly checkStatus: string
  /** Sessions so far; on an agents backend up to 3.0 that is connections, from 3.1 on messages. */
  readonly sessions: number
  /** Of these, the ones that are open now. */
  readonly openSessions: number
  /** HTTP requests of a frontend; null where the proxy is not HTTP. */
  readonly requests: number | null
  /** Connections that were opened to the server, and requests that reused one; null on a frontend. */
  readonly connects: number | null
  readonly reuses: number | null
  /** Averages over the last (at most 512) samples; null on a frontend. */
  readonly averages: BackendTimes | null
  /** The largest since boot; null on a frontend. */
  readonly maxima: BackendTimes | null
}

/** `show stat`: CSV with a header line that starts with `# `; no field that is read here can be quoted. */
export function parseStat(csv: string): readonly StatLine[] {
  const [head, ...lines] = csv.split('\n').filter((line) => line !== '')
  if (head === undefined || !head.startsWith('# pxname,svname,')) {
    const got = JSON.stringify((head ?? '').slice(0, 60))
    throw new HaproxyError('STATS_SOCKET', `expected the CSV of "show stat" with its header line, got ${got}`)
  }
  const names = head.slice(2).split(',')
  return lines.map((line) => {
    const fields = line.split(',')
    const text = (name: string): string => fields[names.indexOf(name)] ?? ''
    const count = (name: string): number | null => (text(name) === '' ? null : Number(text(name)))
    const times = (suffix: string): BackendTimes | null => {
      const [totalMs, responseMs, queueMs, connectMs] = ['t', 'r', 'q', 'c'].map((letter) =>
        count(`${letter}time${suffix}`),
      )
      if (totalMs == null || responseMs == null || queueMs == null || connectMs == null) return null
      return { totalMs, responseMs, queueMs, connectMs }
    }
    return {
      proxy: text('pxname'),
      service: text('svname'),
      status: text('status'),
      checkStatus: text('check_status'),
      sessions: count('stot') ?? 0,
      openSessions: count('scur') ?? 0,
      requests: count('req_tot'),
      connects: count('connect'),
      reuses: count('reuse'),
      averages: times(''),
      maxima: times('_max'),
    }
  })
}
