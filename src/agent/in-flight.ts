import type { FrameView } from '../spop/frame-parser.ts'
import type { ServedNotify } from './served-notify.ts'

/** NOTIFYs of one connection whose handler has yet to answer, oldest first, and the timer that watches over them. */
export class InFlight {
  readonly #notifies = new Set<ServedNotify>()
  readonly #timeoutMs: number
  readonly #onTimeout: (notify: ServedNotify) => void
  #timer: NodeJS.Timeout | undefined

  /** @param timeoutMs longest time for a handler; 0 is none. */
  constructor(timeoutMs: number, onTimeout: (notify: ServedNotify) => void) {
    this.#timeoutMs = timeoutMs
    this.#onTimeout = onTimeout
  }

  get size(): number {
    return this.#notifies.size
  }

  add(notify: ServedNotify): void {
    this.#notifies.add(notify)
    if (this.#timeoutMs === 0) return
    notify.startedAtMs = performance.now()
    // One timer for all: it stays armed over an empty set, and is armed anew for the oldest when it fires.
    this.#timer ??= setTimeout(this.#expire, this.#timeoutMs).unref()
  }

  delete(notify: ServedNotify): void {
    this.#notifies.delete(notify)
  }

  /** Gives up the NOTIFYs with the ids of a frame. */
  cancel(frame: FrameView): void {
    for (const notify of this.#notifies) {
      if (!notify.hasIdsOf(frame)) continue
      this.#notifies.delete(notify)
      notify.cancel()
    }
  }

  /** Gives up all of them. */
  cancelAll(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const cancelled = [...this.#notifies]
    this.#notifies.clear()
    for (const notify of cancelled) notify.cancel()
  }

  readonly #expire = (): void => {
    this.#timer = undefined
    const nowMs = performance.now()
    for (const notify of this.#notifies) {
      const leftMs = notify.startedAtMs + this.#timeoutMs - nowMs
      if (leftMs > 0) {
        clearTimeout(this.#timer)
        this.#timer = setTimeout(this.#expire, Math.ceil(leftMs)).unref()
        return
      }
      this.#notifies.delete(notify)
      notify.cancel()
      this.#onTimeout(notify)
    }
  }
}
