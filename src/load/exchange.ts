import { connect } from 'node:net'
import type { Clock } from '../record/clock.ts'
import type { Exchange } from '../record/samples.ts'
import type { IdleConnections } from './idle-connections.ts'
import type { RequestBytes } from './request-bytes.ts'

const endOfHeader = Buffer.from('\r\n\r\n')

/** The fault of a request that was under way when the load was interrupted. */
const cutOff = 'interrupted'

export interface ExchangeOptions {
  readonly host: string
  readonly port: number
  readonly request: RequestBytes
  readonly intendedNs: number
  readonly clock: Clock
  /** A request that has not ended by then is a fault. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
  /** Whose connections are used again, and who gets this one afterwards; null: a new one, closed behind it. */
  readonly idle: IdleConnections | null
}

/**
 * Sends one request and calls `done` once: on a new TCP connection, as the seed's client does (it never closes a
 * body, so Go never reuses a connection), or on one that is kept.
 *
 * Latency runs from just before connect(), or before the request is written where the connection is there, to the
 * last byte of the response header, as the seed's http.Get measures it. The body is read and checked afterwards,
 * untimed.
 */
export function exchange(options: ExchangeOptions, done: (exchange: Exchange) => void): void {
  const { clock, port, signal, idle, request } = options
  let received: Buffer | null = null
  let bodyStart = -1
  let endNs = -1
  let sourcePort = 0
  let isDone = false

  const late = `no response within ${options.deadlineMs} ms`
  const startNs = clock()
  const kept = idle?.take(port)
  const socket = kept ?? connect({ host: options.host, port, noDelay: true })
  const deadline = setTimeout(() => finish(late), options.deadlineMs)
  const abort = (): void => finish(cutOff)
  signal.addEventListener('abort', abort)

  function finish(fault: string | null): void {
    if (isDone) return
    isDone = true
    clearTimeout(deadline)
    signal.removeEventListener('abort', abort)
    if (idle === null || fault !== null || isClosing(received, bodyStart)) socket.destroy()
    else {
      socket.off('data', onData).off('end', onEnd).off('error', onError)
      idle.give(port, socket)
    }
    const record: Exchange = [
      port,
      sourcePort,
      options.intendedNs,
      startNs,
      endNs < 0 ? clock() : endNs,
      fault,
    ]
    const proof = proofIn(received, bodyStart)
    if (proof !== undefined) record[6] = proof
    done(record)
  }

  function send(): void {
    sourcePort = socket.localPort ?? 0
    socket.write(request.bytes)
  }
  function onData(chunk: Buffer): void {
    const now = clock()
    received = received === null ? chunk : Buffer.concat([received, chunk])
    if (endNs < 0) {
      const header = received.indexOf(endOfHeader)
      if (header < 0) return
      endNs = now
      // Its timer is late where the event loop is, and the response then comes before it.
      if (endNs - startNs > options.deadlineMs * 1_000_000) {
        finish(late)
        return
      }
      bodyStart = header + endOfHeader.length
    }
    const fault = checkResponse(received, bodyStart, request.isHead)
    if (fault !== undefined) finish(fault)
  }
  function onEnd(): void {
    finish(endNs < 0 ? 'closed without a response' : 'closed before the end of the body')
  }
  function onError(error: NodeJS.ErrnoException): void {
    finish(error.code ?? error.message)
  }
  socket.on('data', onData).on('end', onEnd).on('error', onError)
  if (kept === undefined) socket.once('connect', send)
  else send()
}

/** What a response says of who was asked on its way: kept, and not looked at. */
function proofIn(received: Buffer | null, bodyStart: number): string | undefined {
  const header = received?.toString('latin1', 0, Math.max(0, bodyStart)) ?? ''
  return /\r\nx-spoe-proof: ([^\r]*)\r\n/i.exec(header)?.[1]
}

/** Whether whoever answered is about to close the connection. */
function isClosing(received: Buffer | null, bodyStart: number): boolean {
  return /\r\nconnection: close\r\n/i.test(received?.toString('latin1', 0, bodyStart) ?? '')
}

/** null: the expected response, whole; undefined: more is to come; a string: what is wrong with it. */
function checkResponse(received: Buffer, bodyStart: number, isHead: boolean): string | null | undefined {
  const header = received.toString('latin1', 0, bodyStart)
  if (!header.startsWith('HTTP/1.1 200 '))
    return `expected status 200, got "${header.slice(0, 40).split('\r')[0]}"`
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(header)?.[1]
  if (length === undefined) return 'expected a content-length, got none'
  const end = bodyStart + (isHead ? 0 : Number(length))
  if (received.length < end) return undefined
  const body = received.toString('latin1', bodyStart)
  return body === (isHead ? '' : 'ok') ? null : `expected the body "ok", got "${body.slice(0, 40)}"`
}
