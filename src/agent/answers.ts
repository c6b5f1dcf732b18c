import type { Action } from '../spop/action.ts'
import type { FrameView } from '../spop/frame-parser.ts'
import { SpopError } from '../spop/status.ts'
import { AgentError } from './agent-error.ts'
import { InFlight } from './in-flight.ts'
import type { ErrorContext, NotifyHandler } from './options.ts'
import type { Outbox } from './outbox.ts'
import { ServedNotify } from './served-notify.ts'

const noActions: readonly Action[] = []

/** What the answers of a connection need of it. */
export interface AnswersOwner {
  readonly handler: NotifyHandler
  /** Milliseconds for a handler; 0 is none. */
  readonly handlerTimeoutMs: number
  /** Called after each ACK that came later than its NOTIFY's own tick. */
  readonly afterLateAck: () => void
  /** Called where an ACK would be larger than max-frame-size: SPOP has no way to go on then. */
  readonly onOversize: (error: SpopError) => void
  readonly onError: (error: Error, context: ErrorContext) => void
}

/** From NOTIFY to ACK on one connection: calls the handler, waits for it, and answers in its place if it fails. */
export class Answers {
  /** Negotiated, in bytes. */
  maxFrameSize = 0
  engineId: string | undefined
  readonly #owner: AnswersOwner
  readonly #outbox: Outbox
  readonly #inFlight: InFlight

  constructor(outbox: Outbox, owner: AnswersOwner) {
    this.#outbox = outbox
    this.#owner = owner
    this.#inFlight = new InFlight(owner.handlerTimeoutMs, (notify) => this.#onTimeout(notify))
  }

  /** NOTIFYs whose handler has yet to answer. */
  get inFlight(): number {
    return this.#inFlight.size
  }

  /** Calls the handler for a valid NOTIFY. */
  answer(frame: FrameView): void {
    const notify = new ServedNotify(frame, this.engineId)
    let answer: ReturnType<NotifyHandler>
    try {
      answer = this.#owner.handler(notify)
    } catch (error) {
      this.#onHandlerError(notify, error)
      return
    }
    if (Array.isArray(answer)) this.#acknowledge(notify, answer)
    else void this.#acknowledgeLater(notify, answer)
  }

  /** Gives up what has the ids of a frame (ABORT): no ACK. */
  cancel(frame: FrameView): void {
    this.#inFlight.cancel(frame)
  }

  /** Gives up all: the connection is gone. */
  cancelAll(): void {
    this.#inFlight.cancelAll()
  }

  async #acknowledgeLater(notify: ServedNotify, answer: ReturnType<NotifyHandler>): Promise<void> {
    this.#inFlight.add(notify)
    try {
      const actions = await answer
      if (notify.isSettled) return
      this.#acknowledge(notify, actions)
    } catch (error) {
      if (notify.isSettled) return
      this.#onHandlerError(notify, error)
    }
    this.#inFlight.delete(notify)
    this.#owner.afterLateAck()
  }

  #acknowledge(notify: ServedNotify, actions: readonly Action[]): void {
    notify.isSettled = true
    try {
      if (!Array.isArray(actions)) {
        throw new AgentError(
          'handlerFailed',
          `Expected the handler to return an array of actions, got ${typeof actions}`,
        )
      }
      this.#outbox.addAck(notify, actions, this.maxFrameSize)
    } catch (error) {
      if (error instanceof SpopError && error.code === 'frameTooBig') this.#owner.onOversize(error)
      else this.#onHandlerError(notify, error)
    }
  }

  /** Prompt empty ACK: the peer must not wait out its processing timeout because our handler is broken. */
  #onHandlerError(notify: ServedNotify, cause: unknown): void {
    const error =
      cause instanceof Error ? cause : new AgentError('handlerFailed', 'The handler threw a value', { cause })
    this.#acknowledge(notify, noActions)
    this.#owner.onError(error, { kind: 'handler', streamId: notify.streamId, frameId: notify.frameId })
  }

  #onTimeout(notify: ServedNotify): void {
    const { handlerTimeoutMs } = this.#owner
    const message = `Expected the handler to answer within ${handlerTimeoutMs} ms, got nothing`
    this.#onHandlerError(notify, new AgentError('handlerTimeout', message))
    this.#owner.afterLateAck()
  }
}
