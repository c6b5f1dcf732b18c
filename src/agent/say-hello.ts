import { connect } from 'node:net'
import { encodeHaproxyHello } from '../spop/hello.ts'
import { frameType } from '../spop/frame.ts'
import { FrameParser, parsed } from '../spop/frame-parser.ts'
import { AgentError } from './agent-error.ts'

/** HAProxy's own max-frame-size (tune.bufsize - 4). */
const maxFrameSize = 16_380

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
  const noAnswer = (what: string): void =>
    fail(
      isConnected ? 'notSpop' : 'notListening',
      isConnected
        ? `Expected ${where} to answer HAPROXY-HELLO with AGENT-HELLO; ${what}`
        : `Expected an agent to listen on ${where}; ${what}`,
    )

  socket.setTimeout(timeoutMs, () => noAnswer(`nothing came within ${timeoutMs} ms`))
  socket.once('connect', () => {
    isConnected = true
    socket.write(encodeHaproxyHello({ engineId: 'spoe-bench' }))
  })
  socket.on('error', (error) => noAnswer(error.message))
  socket.on('end', () => noAnswer('it closed the connection'))
  socket.on('data', (chunk) => {
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
