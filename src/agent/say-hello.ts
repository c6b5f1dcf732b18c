import { connect } from 'node:net'
import { encodeHaproxyHello } from '../spop/hello.ts'
import { frameType } from '../spop/frame.ts'
import { FrameParser, parsed } from '../spop/frame-parser.ts'
import { AgentError } from './agent-error.ts'

/** HAProxy's own max-frame-size (tune.bufsize - 4). */
const maxFrameSize = 16_380

/** What a web server that still waits for the end of a line is given, and for how long. */
const endOfRequest = '\r\n\r\n'
const knockMs = 200

/**
 * Connects to an agent as HAProxy does, says HELLO and waits for its AGENT-HELLO (SPOE.txt, section 3.2.5).
 *
 * @throws AgentError `notListening` where nobody accepts, `notSpop` where what answers is no agent, or nothing does
 */
export function sayHello(host: string, port: number, timeoutMs = 2000): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect({ host, port, noDelay: true })
  const parser = new FrameParser(maxFrameSize)
  const fail = (code: 'notListening' | 'notSpop', message: string, cause?: unknown): void => {
    socket.destroy()
    reject(new AgentError(code, message, { cause }))
  }
  const where = `${host} port ${port}`
  let isConnected = false
  let hasKnocked = false
  const noAnswer = (what: string): void =>
    fail(
      isConnected ? 'notSpop' : 'notListening',
      isConnected
        ? `Expected ${where} to answer HAPROXY-HELLO with AGENT-HELLO; ${what}`
        : `Expected an agent to listen on ${where}; ${what}`,
    )
  const onSilence = (): void => {
    if (!isConnected || hasKnocked) return noAnswer(`nothing came within ${timeoutMs} ms`)
    hasKnocked = true
    socket.setTimeout(knockMs)
    socket.write(endOfRequest)
  }

  socket.setTimeout(timeoutMs)
  socket.on('timeout', onSilence)
  socket.once('connect', () => {
    isConnected = true
    socket.write(encodeHaproxyHello({ engineId: 'spoe-bench' }))
  })
  socket.on('error', (error) => noAnswer(error.message))
  socket.on('end', () =>
    noAnswer(hasKnocked ? `nothing came within ${timeoutMs} ms` : 'it closed the connection'),
  )
  socket.on('data', (chunk) => {
    if (speaksHttp(chunk)) return noAnswer('it answered in HTTP')
    parser.push(chunk)
    const found = parser.next()
    if (found === parsed.more) return
    if (found === parsed.frame && parser.type === frameType.agentHello) {
      socket.destroy()
      resolve()
    } else {
      const got = found === parsed.frame ? `a frame of type ${parser.type}` : 'bytes that are no SPOP frame'
      noAnswer(`it sent ${got}`)
    }
  })
  return promise
}

/** A status line, or the page alone: what a web server makes of a request that it does not understand. */
function speaksHttp(chunk: Buffer): boolean {
  return /^(?:HTTP\/|<(?:!doctype )?html)/i.test(chunk.toString('latin1', 0, 20))
}
