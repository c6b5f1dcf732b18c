import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

import { readDisconnect } from '../spop/disconnect.ts'
import { frameType } from '../spop/frame.ts'
import { FrameParser, parsed } from '../spop/frame-parser.ts'

/** An agent that says nothing for so long will say nothing more, in milliseconds. */
const silenceMs = 30_000

/** The other end of a connection, cheap enough to keep an agent busy: it only gathers bytes and wakes who waits. */
export class SoakPeer {
  readonly socket: Socket
  /** True once nothing more can come. */
  hasEnded = false
  #chunks: Buffer[] = []
  #length = 0
  #wanted = Infinity
  #wake: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#length += chunk.length
      if (this.#length >= this.#wanted) this.#wake()
    })
    const end = (): void => {
      this.hasEnded = true
      this.#wake()
    }
    socket.on('end', end)
    socket.on('close', end)
    socket.setTimeout(silenceMs, end)
    // A reset ends a connection as well; whether it may is for the session to say.
    socket.on('error', () => {})
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  /** What has come, once there are `count` bytes of it or the end. */
  async take(count: number): Promise<Buffer> {
    if (this.#length < count && !this.hasEnded) {
      this.#wanted = count
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wanted = Infinity
    }
    const taken = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    this.#chunks = []
    this.#length = 0
    return taken
  }

  /** All that still comes, to the end. */
  takeAll(): Promise<Buffer> {
    return this.take(Infinity)
  }

  async close(): Promise<void> {
    this.socket.destroy()
    if (!this.socket.closed) await once(this.socket, 'close')
  }
}

export async function connectSoakPeer(port: number): Promise<SoakPeer> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return new SoakPeer(socket)
}

/** Status code of the AGENT-DISCONNECT in what an agent sent; undefined where there is none. */
export function statusCodeIn(bytes: Buffer): number | undefined {
  const parser = new FrameParser(2 ** 31)
  parser.push(bytes)
  while (parser.next() === parsed.frame) {
    if (parser.type === frameType.agentDisconnect) return readDisconnect(parser)?.statusCode
  }
  return undefined
}
