import type { Socket } from 'node:net'

import { Cursor } from '../spop/cursor.ts'
import { encodeAgentDisconnect, readDisconnect } from '../spop/disconnect.ts'
import { frameFlag, frameType } from '../spop/frame.ts'
import { FrameParser, isFinal, parsed } from '../spop/frame-parser.ts'
import { negotiateHello } from '../spop/hello.ts'
import { isNotifyValid } from '../spop/notify.ts'
import { SpopError, statusCode } from '../spop/status.ts'
import { AgentError } from './agent-error.ts'
import { Answers } from './answers.ts'
import type { AgentLimits } from './limits.ts'
import type { AgentOptions, ErrorContext, ErrorListener, NotifyHandler } from './options.ts'
import { Outbox } from './outbox.ts'

/** What all connections of an agent share. */
export interface ConnectionSettings {
  readonly handler: NotifyHandler
  readonly pipelining: boolean
  readonly limits: AgentLimits
  readonly onError: ErrorListener
  readonly onHello: AgentOptions['onHello'] | undefined
  readonly onDisconnect: AgentOptions['onDisconnect'] | undefined
}

/** How long a connection that we closed may take to close from the other side. */
const lingerMs = 1_000

/** Network errors that only say that the peer is gone, which is normal (HAProxy 3.x resets idle connections). */
const peerGone: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/**
 * One connection's life: handshake, serving, then either draining (we close) or at once closing. In the last
 * state nothing is answered any more; what still comes is read and thrown away until the peer closes too.
 */
export class Connection {
  readonly #socket: Socket
  readonly #settings: ConnectionSettings
  readonly #parser: FrameParser
  readonly #cursor = new Cursor(Buffer.alloc(0))
  readonly #outbox: Outbox
  readonly #answers: Answers
  #state: 'handshake' | 'serving' | 'draining' | 'closing' = 'handshake'
  #isPaused = false
  #isActive = false
  #timer: NodeJS.Timeout | undefined

  constructor(socket: Socket, settings: ConnectionSettings) {
    const { handler, limits } = settings
    this.#socket = socket
    this.#settings = settings
    this.#parser = new FrameParser(limits.maxFrameSize)
    this.#outbox = new Outbox(socket, () => this.#resume())
    this.#answers = new Answers(this.#outbox, {
      handler,
      handlerTimeoutMs: limits.handlerTimeoutMs,
      afterLateAck: () => this.#afterLateAck(),
      onOversize: (error) => this.#fail(error, 'handler'),
      onError: (error, context) => this.#report(error, context),
    })
    this.#arm(limits.handshakeTimeoutMs, () => this.#onTimeout('HELLO', limits.handshakeTimeoutMs))
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('end', () => this.#onEnd())
    socket.on('error', (error: NodeJS.ErrnoException) => this.#onSocketError(error))
    socket.on('close', () => this.#abandon())
  }

  /** Stops reading, lets the handlers at work answer, says DISCONNECT 0 and closes. */
  drain(): void {
    if (this.#state === 'closing' || this.#state === 'draining') return
    this.#state = 'draining'
    this.#pause()
    this.#finishDraining()
  }

  /** Closes without a word. */
  destroy(): void {
    this.#abandon()
    this.#socket.destroy()
  }

  #onData(chunk: Buffer): void {
    if (this.#state === 'closing') return
    this.#isActive = true
    this.#parser.push(chunk)
    this.#process()
  }

  /** Takes frames until bytes run out or there is reason to wait: a peer that does not read, too much in flight. */
  #process(): void {
    while (this.#state === 'handshake' || this.#state === 'serving') {
      if (this.#mustWait()) {
        this.#pause()
        break
      }
      const found = this.#parser.next()
      if (found === parsed.more) break
      if (found === parsed.broken) this.#fail(this.#parser.error!)
      else if (this.#state === 'handshake') this.#shakeHands()
      else this.#serve()
    }
    this.#outbox.flush()
  }

  #mustWait(): boolean {
    return this.#outbox.isBlocked || this.#answers.inFlight >= this.#settings.limits.inFlightPerConnection
  }

  #pause(): void {
    this.#isPaused = true
    this.#socket.pause()
  }

  #resume(): void {
    this.#isActive = true
    if (!this.#isPaused || this.#mustWait() || this.#state === 'draining') return
    this.#isPaused = false
    this.#process()
    if (!this.#isPaused) this.#socket.resume()
  }

  #shakeHands(): void {
    const { limits, pipelining, onHello } = this.#settings
    const handshake = negotiateHello(this.#parser, { maxFrameSize: limits.maxFrameSize, pipelining })
    if (!handshake.isAccepted) {
      this.#fail(handshake.error)
      return
    }
    const { hello, reply } = handshake
    this.#parser.maxFrameSize = hello.maxFrameSize
    this.#answers.maxFrameSize = hello.maxFrameSize
    this.#answers.engineId = hello.engineId
    this.#state = 'serving'
    this.#outbox.send(reply)
    if (hello.healthcheck) this.#end()
    else this.#arm(limits.idleTimeoutMs, () => this.#onIdle())
    onHello?.(hello)
  }

  #serve(): void {
    const parser = this.#parser
    const isAbort = (parser.flags & frameFlag.abort) !== 0
    switch (parser.type) {
      case frameType.notify:
        if (!isFinal(parser)) this.#fail(fragmented())
        else if (isAbort) this.#answers.cancel(parser)
        else if (isNotifyValid(parser, this.#cursor)) this.#answers.answer(parser)
        else this.#fail(malformed('a LIST-OF-MESSAGES in NOTIFY, got malformed data'))
        break
      case frameType.unset:
        if (isAbort) this.#answers.cancel(parser)
        else this.#fail(fragmented())
        break
      case frameType.haproxyDisconnect:
        this.#onDisconnect()
        break
      case frameType.haproxyHello:
      case frameType.agentHello:
      case frameType.agentDisconnect:
      case frameType.ack:
        this.#fail(malformed(`NOTIFY or HAPROXY-DISCONNECT, got type ${parser.type}`))
        break
      default:
      // Section 3.2.2: unknown frames may be silently skipped.
    }
  }

  #onDisconnect(): void {
    const disconnect = readDisconnect(this.#parser)
    if (!disconnect) {
      this.#fail(malformed('status-code and message in HAPROXY-DISCONNECT, got neither or malformed data'))
      return
    }
    this.#outbox.send(encodeAgentDisconnect(statusCode.normal))
    this.#end()
    this.#settings.onDisconnect?.(disconnect, this.#answers.engineId)
  }

  #afterLateAck(): void {
    if (this.#state === 'draining') {
      this.#finishDraining()
      return
    }
    this.#outbox.flushSoon()
    if (this.#isPaused) this.#resume()
  }

  #finishDraining(): void {
    if (this.#answers.inFlight > 0) return
    this.#outbox.send(encodeAgentDisconnect(statusCode.normal))
    this.#abandon()
    // A peer that reads slowly gets it all: only the deadline of closing bounds that.
    this.#socket.end(() => this.#linger())
    this.#socket.resume()
  }

  #onIdle(): void {
    const { idleTimeoutMs } = this.#settings.limits
    if (!this.#isActive && this.#answers.inFlight === 0) {
      this.#onTimeout('a frame', idleTimeoutMs)
      return
    }
    this.#isActive = false
    this.#arm(idleTimeoutMs, () => this.#onIdle())
  }

  #onTimeout(wanted: string, timeoutMs: number): void {
    this.#fail(new SpopError('timeout', `Expected ${wanted} within ${timeoutMs} ms, got nothing`), 'timeout')
  }

  /** The peer closed, perhaps in the middle of a frame: nothing to say to that, and nobody to say it to. */
  #onEnd(): void {
    if (this.#state === 'closing') return
    this.#abandon()
    this.#linger()
  }

  #onSocketError(cause: NodeJS.ErrnoException): void {
    if (peerGone.has(cause.code)) return
    this.#report(new AgentError('socketFailed', 'The connection to the peer failed', { cause }), {
      kind: 'socket',
    })
  }

  /** Tells the peer the status code and closes; the details, which may quote the peer at length, are for `onError`. */
  #fail(error: SpopError, kind: ErrorContext['kind'] = 'protocol'): void {
    if (this.#state === 'closing') return
    this.#outbox.send(encodeAgentDisconnect(error.statusCode))
    this.#end()
    this.#report(error, { kind })
  }

  /** Sends what is left and closes. Reading on until the peer closes keeps a reset from overtaking our last frame. */
  #end(): void {
    this.#abandon()
    this.#socket.end()
    this.#socket.resume()
    this.#linger()
  }

  /** Gives the peer a little time to close as well. */
  #linger(): void {
    this.#arm(lingerMs, () => this.#socket.destroy())
  }

  /** Nobody is listening any more: gives up all that is in flight. */
  #abandon(): void {
    this.#state = 'closing'
    clearTimeout(this.#timer)
    this.#answers.cancelAll()
  }

  #arm(timeoutMs: number, onTimeout: () => void): void {
    clearTimeout(this.#timer)
    if (timeoutMs > 0) this.#timer = setTimeout(onTimeout, timeoutMs).unref()
  }

  #report(error: Error, context: ErrorContext): void {
    this.#settings.onError(error, { engineId: this.#answers.engineId, ...context })
  }
}

function malformed(expectedAndGot: string): SpopError {
  return new SpopError('invalidFrame', `Expected ${expectedAndGot}`)
}

function fragmented(): SpopError {
  return new SpopError(
    'fragmentationNotSupported',
    'Expected an unfragmented frame (FIN set), got a fragment',
  )
}
