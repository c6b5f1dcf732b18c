import { connect, type Socket } from 'node:net'
import { createResponseReader, type PartialResponse, type ReadResponse } from './response-reader.ts'

/** A connection, and the request that it waits for the answer of. */
export interface Connection extends PartialResponse {
  readonly socket: Socket
  /** When its request was to start, and when it did; NaN while it has none. */
  intendedNs: number
  sentNs: number
}

export interface ConnectionsOptions {
  readonly host: string
  readonly port: number
  readonly isKeepAlive: boolean
  /** Of every request, whole. */
  readonly request: Buffer
  /** An answer that was asked for; the connection is free, or gone, when this returns. */
  readonly onAnswer: (answer: ReadResponse, intendedNs: number, sentNs: number) => void
  /** A request that came to no answer. */
  readonly onLost: (why: string) => void
}

/** Connections to one frontend: the one that was free last is taken first, and where none is another is opened. */
export interface Connections extends Disposable {
  /** How many were opened so far. */
  readonly opened: number
  /** Opens so many, one after the other. @throws {Error} where that fails or it is interrupted */
  warm(count: number, signal: AbortSignal): Promise<void>
  send(intendedNs: number, sentNs: number): void
  /** When the requests that have no answer yet were to start. */
  waiting(): number[]
}

/** A response that is longer comes in pieces, which is slower and no fault. */
const readBytes = 4096

export function createConnections(options: ConnectionsOptions): Connections {
  const { host, port, isKeepAlive, request } = options
  const reader = createResponseReader()
  // Read and used up in one go, so that all connections share it.
  const buffer = Buffer.allocUnsafeSlow(readBytes)
  const all = new Set<Connection>()
  const idle: Connection[] = []
  let opened = 0

  function open(): Connection {
    opened++
    const socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer,
        callback(count) {
          onData(connection, count)
          return true
        },
      },
    })
    const connection: Connection = { socket, received: null, intendedNs: NaN, sentNs: NaN }
    all.add(connection)
    socket.once('error', (error: NodeJS.ErrnoException) => lose(connection, error.code ?? error.message))
    socket.once('end', () => lose(connection, 'closed without an answer'))
    return connection
  }

  function onData(connection: Connection, count: number): void {
    if (!all.has(connection)) return
    try {
      const answer = reader.read(connection, buffer, count)
      if (answer !== null) end(connection, answer)
    } catch (error) {
      lose(connection, error instanceof Error ? error.message : String(error))
    }
  }

  function end(connection: Connection, answer: ReadResponse): void {
    const { intendedNs, sentNs } = connection
    if (Number.isNaN(intendedNs)) return lose(connection, '')
    if (answer.status !== 200) return lose(connection, `status ${answer.status}`)
    connection.intendedNs = NaN
    if (isKeepAlive) idle.push(connection)
    else forget(connection)
    options.onAnswer(answer, intendedNs, sentNs)
  }

  function forget(connection: Connection): void {
    all.delete(connection)
    connection.socket.destroy()
  }

  function lose(connection: Connection, why: string): void {
    if (!all.has(connection)) return
    forget(connection)
    const place = idle.indexOf(connection)
    if (place >= 0) idle.splice(place, 1)
    // One that nothing was asked on may be closed.
    if (!Number.isNaN(connection.intendedNs)) options.onLost(why)
  }

  return {
    get opened() {
      return opened
    },
    async warm(count, signal) {
      for (let index = 0; index < count; index++) {
        const connection = open()
        await new Promise<void>((resolve, reject) => {
          const abort = (): void => reject(new Error('interrupted'))
          connection.socket.once('connect', () => {
            signal.removeEventListener('abort', abort)
            resolve()
          })
          connection.socket.once('error', reject)
          signal.addEventListener('abort', abort, { once: true })
          if (signal.aborted) abort()
        })
        idle.push(connection)
      }
    },
    send(intendedNs, sentNs) {
      const connection = idle.pop() ?? open()
      connection.intendedNs = intendedNs
      connection.sentNs = sentNs
      connection.socket.write(request)
    },
    waiting: () => [...all].map(({ intendedNs }) => intendedNs).filter((ns) => !Number.isNaN(ns)),
    [Symbol.dispose]() {
      for (const connection of all) forget(connection)
    },
  }
}
