import { NotifyView } from '../spop/notify.ts'
import type { FrameView } from '../spop/frame-parser.ts'

/** A NOTIFY on its way through the handler: what the handler sees, and what the connection knows of it. */
export class ServedNotify extends NotifyView {
  readonly engineId: string | undefined
  /** True once it was answered or given up: what the handler still says is discarded. */
  isSettled = false
  /** When the handler was called (milliseconds, monotonic); kept only for handlers that answer later. */
  startedAtMs = 0
  #controller: AbortController | undefined
  #isCancelled = false

  constructor(frame: FrameView, engineId: string | undefined) {
    super(frame)
    this.engineId = engineId
  }

  /** Aborts when nobody waits for the answer any more. Made on first use: most handlers never look. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#isCancelled) this.#controller.abort()
    }
    return this.#controller.signal
  }

  /** Gives it up: no answer will be sent. */
  cancel(): void {
    this.isSettled = true
    this.#isCancelled = true
    this.#controller?.abort()
  }

  /** Whether a frame carries the same STREAM-ID and FRAME-ID: their bytes, since every value has one encoding. */
  hasIdsOf(frame: FrameView): boolean {
    const mine = this.bytes.subarray(this.idsOffset, this.payloadOffset)
    return mine.equals(frame.bytes.subarray(frame.idsOffset, frame.payloadOffset))
  }
}
