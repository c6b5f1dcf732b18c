import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Ack } from '../spop/ack.ts'
import { readAck } from '../spop/ack.ts'
import { FrameParser, parsed } from '../spop/frame-parser.ts'
import { encodeHaproxyHello } from '../spop/hello.ts'
import type { Subject } from './interleave.ts'

export interface RoundTrip extends Subject, AsyncDisposable {
  /** The last ACK. */
  decoded(): Ack | undefined
}

/** One NOTIFY after the other over a raw socket to an agent on loopback, each sent when the last ACK has come. */
export async function openRoundTrip(port: number, notify: Buffer): Promise<RoundTrip> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const parser = new FrameParser(16_380)
  socket.write(encodeHaproxyHello())
  const [hello] = (await once(socket, 'data')) as [Buffer]
  parser.push(hello)
  if (parser.next() !== parsed.frame) throw new Error('Expected AGENT-HELLO in one chunk.')
  return new OpenRoundTrip(socket, parser, notify)
}

class OpenRoundTrip implements RoundTrip {
  readonly name = 'round trip NOTIFY, ACK on loopback'
  readonly operationsPerRound = 1
  readonly #socket: Socket
  readonly #parser: FrameParser
  readonly #notify: Buffer
  #left = 0
  #ackBytes = 0
  #last: Ack | undefined
  #settle: { resolve: (proof: number) => void; reject: (error: Error) => void } | undefined

  constructor(socket: Socket, parser: FrameParser, notify: Buffer) {
    this.#socket = socket
    this.#parser = parser
    this.#notify = notify
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('close', () => this.#settle?.reject(new Error('Expected an ACK, the agent closed.')))
  }

  /** Resolves to the bytes of all ACKs. */
  run(rounds: number): Promise<number> {
    this.#left = rounds
    this.#ackBytes = 0
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      this.#socket.write(this.#notify)
    })
  }

  #onData(chunk: Buffer): void {
    this.#parser.push(chunk)
    while (this.#parser.next() === parsed.frame) {
      this.#ackBytes += this.#parser.end - this.#parser.idsOffset
      if (--this.#left > 0) {
        this.#socket.write(this.#notify)
      } else {
        this.#last = readAck(this.#parser)
        this.#settle?.resolve(this.#ackBytes)
      }
    }
  }

  decoded(): Ack | undefined {
    return this.#last
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#settle = undefined
    this.#socket.destroy()
    if (!this.#socket.closed) await once(this.#socket, 'close')
  }
}
