import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

import { haproxyHello, toHex } from '../spop/testing.ts'
import { startAgent } from './server.ts'
import type { Agent } from './server.ts'
import type { AgentOptions, ErrorContext } from './options.ts'

/** The other end of a connection to an agent: raw bytes out, frames as hex in, taken apart without the codec. */
export class RawPeer implements AsyncDisposable {
  readonly socket: Socket
  /** True once the agent has closed its side. */
  hasEnded = false
  /** Chunks as they came: each should hold whole frames. */
  readonly chunks: Buffer[] = []
  /** Whole frames received so far, without their lengths. */
  readonly received: Buffer[] = []
  #rest: Buffer = Buffer.alloc(0)
  #wake: () => void = () => {}

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk) => {
      this.chunks.push(chunk)
      this.#takeFrames(chunk)
      this.#wake()
    })
    socket.on('end', () => {
      this.hasEnded = true
      this.#wake()
    })
    socket.on('close', () => {
      this.hasEnded = true
      this.#wake()
    })
    // A reset is one way for a connection to end; what came before it counts.
    socket.on('error', () => {})
  }

  send(...frames: Uint8Array[]): void {
    this.socket.write(Buffer.concat(frames))
  }

  #takeFrames(chunk: Buffer): void {
    let bytes = Buffer.concat([this.#rest, chunk])
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE(0)) {
      const end = 4 + bytes.readUInt32BE(0)
      this.received.push(bytes.subarray(4, end))
      bytes = bytes.subarray(end)
    }
    this.#rest = bytes
  }

  /** The same as hex. */
  get frames(): string[] {
    return this.received.map(toHex)
  }

  /** Waits until `count` frames have come, or the end. */
  async waitFor(count: number): Promise<void> {
    while (this.received.length < count && !this.hasEnded) await this.#more()
  }

  /** As `waitFor`; returns all that came. */
  async receive(count: number): Promise<string[]> {
    await this.waitFor(count)
    return this.frames
  }

  /** Waits until the agent closes; returns all frames that came before. */
  async receiveAll(): Promise<string[]> {
    while (!this.hasEnded) await this.#more()
    return this.frames
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.closed) return
    this.socket.destroy()
    await once(this.socket, 'close')
  }
}

/** Connects; the agent has not heard a byte yet. */
export async function connectPeer(
  agent: Pick<Agent, 'host' | 'port'>,
  { allowHalfOpen = false } = {},
): Promise<RawPeer> {
  const socket = connect({ port: agent.port, host: agent.host, noDelay: true, allowHalfOpen })
  await once(socket, 'connect')
  return new RawPeer(socket)
}

/** Connects and says HELLO; the first frame received is the AGENT-HELLO. */
export async function greet(
  agent: Pick<Agent, 'host' | 'port'>,
  hello: Uint8Array = haproxyHello(),
): Promise<RawPeer> {
  const peer = await connectPeer(agent)
  peer.send(hello)
  await peer.receive(1)
  return peer
}

/** An agent whose errors are kept. */
export interface WatchedAgent extends AsyncDisposable {
  readonly agent: Agent
  readonly errors: { readonly error: Error; readonly context: ErrorContext }[]
}

/** Starts an agent that answers with no actions, or as told. */
export async function startWatched(options: Partial<AgentOptions> = {}): Promise<WatchedAgent> {
  const errors: WatchedAgent['errors'] = []
  const agent = await startAgent({
    handler: () => [],
    onError: (error, context) => errors.push({ error, context }),
    ...options,
  })
  return { agent, errors, [Symbol.asyncDispose]: () => agent.close({ deadlineMs: 100 }) }
}
