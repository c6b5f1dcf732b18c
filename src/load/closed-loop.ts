import { connect, type Socket } from 'node:net'
import type { Clock } from '../record/clock.ts'

/** A fixed number of keep-alive connections, each with one request under way at all times. */
export interface ClosedLoopInput {
  readonly host: string
  readonly port: number
  readonly path: string
  /** What every response must hold, whole. */
  readonly body: string
  readonly connections: number
  /** Requests that end in this time are not counted. */
  readonly warmUpMs: number
  readonly durationMs: number
  /** The loop fails when the responses under way at its end take longer than this. */
  readonly deadlineMs: number
}

export interface ClosedLoopResult {
  /** Responses that came whole, and as expected, inside the window. */
  readonly requests: number
  /** Length of the window in ns. */
  readonly elapsedNs: number
}

/**
 * Loads a frontend as fast as it answers. Lean, because the client shares the machine with what it loads: the
 * request is the same bytes every time, one buffer a connection is read into again and again, and a response
 * has to be the first one byte for byte.
 *
 * @param onEdge called at the start and at the end of the window, to read clocks there
 * @throws {Error} for a response that is not the expected one, a connection that fails, or an interruption
 */
export async function runClosedLoop(
  input: ClosedLoopInput,
  clock: Clock,
  signal: AbortSignal,
  onEdge: () => void = () => {},
): Promise<ClosedLoopResult> {
  const request = Buffer.from(`GET ${input.path} HTTP/1.1\r\nhost: ${input.host}\r\n\r\n`)
  const expected = await learnResponse(input, request)
  const { promise, resolve, reject } = Promise.withResolvers<ClosedLoopResult>()
  const sockets: Socket[] = []
  const timers: NodeJS.Timeout[] = []
  let ended = 0
  let underWay = 0
  let result: ClosedLoopResult | undefined

  function send(socket: Socket): void {
    underWay++
    socket.write(request)
  }
  function onResponse(socket: Socket): void {
    ended++
    underWay--
    if (result === undefined) send(socket)
    else if (underWay === 0) resolve(result)
  }
  function open(): void {
    let filled = 0
    const socket = connect({
      host: input.host,
      port: input.port,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(4096),
        callback(count, bytes) {
          const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, count)
          const end = Math.min(filled + count, expected.length)
          if (filled + count > expected.length || chunk.compare(expected, filled, end) !== 0) {
            reject(new Error(unexpected(expected, chunk.toString('latin1'))))
            return false
          }
          filled = end === expected.length ? 0 : end
          if (filled === 0) onResponse(socket)
          return true
        },
      },
    })
    sockets.push(socket)
    socket.once('connect', () => send(socket))
    socket.once('error', reject)
    socket.once('end', () => reject(new Error('expected keep-alive connections, one was closed')))
  }
  const abort = (): void => reject(new Error('interrupted'))
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) abort()
    for (let index = 0; index < input.connections; index++) open()
    timers.push(
      setTimeout(() => {
        const startNs = clock()
        const before = ended
        onEdge()
        timers.push(
          setTimeout(() => {
            result = { requests: ended - before, elapsedNs: clock() - startNs }
            onEdge()
            if (underWay === 0) resolve(result)
            timers.push(
              setTimeout(
                () => reject(new Error(`no response within ${input.deadlineMs} ms`)),
                input.deadlineMs,
              ),
            )
          }, input.durationMs),
        )
      }, input.warmUpMs),
    )
    return await promise
  } finally {
    signal.removeEventListener('abort', abort)
    for (const timer of timers) clearTimeout(timer)
    for (const socket of sockets) socket.destroy()
  }
}

/** One response, taken apart: what all others have to be. */
function learnResponse(input: ClosedLoopInput, request: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const socket = connect({ host: input.host, port: input.port, noDelay: true })
  let received = Buffer.alloc(0)
  socket.setTimeout(input.deadlineMs, () =>
    socket.destroy(new Error(`no response within ${input.deadlineMs} ms`)),
  )
  socket.once('connect', () => socket.write(request))
  socket.once('error', reject)
  socket.once('end', () => reject(new Error('closed before the end of a response')))
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    const text = received.toString('latin1')
    const [header = '', body] = text.split('\r\n\r\n')
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(header)?.[1] ?? NaN)
    if (body === undefined || body.length < length) return
    socket.destroy()
    if (header.startsWith('HTTP/1.1 200 ') && body === input.body) resolve(received)
    else reject(new Error(unexpected(input.body, text)))
  })
  return promise
}

function unexpected(expected: Buffer | string, got: string): string {
  const tail = (text: string): string => JSON.stringify(text.slice(-60))
  return `expected a response that ends in ${tail(expected.toString('latin1'))}, got ${tail(got)}`
}
