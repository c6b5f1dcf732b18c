import type { Socket } from 'node:net'

import { writeAck } from '../spop/ack.ts'
import type { NotifyIds } from '../spop/ack.ts'
import type { Action } from '../spop/action.ts'
import { ByteWriter } from '../spop/byte-writer.ts'

/** Bytes that are gathered before they go out in one write. */
const batchBytes = 65_536

/**
 * Frames on their way out. All ACKs of one tick leave in one write: a frame is never split over two, and
 * HAProxy 3.2 and later have reset connections over split frames.
 */
export class Outbox {
  /** True while the peer does not read: nothing more should be asked of it until `onDrain`. */
  isBlocked = false
  readonly #socket: Socket
  readonly #onDrain: () => void
  #writer: ByteWriter | undefined
  #isFlushPlanned = false

  constructor(socket: Socket, onDrain: () => void) {
    this.#socket = socket
    this.#onDrain = onDrain
    socket.on('drain', () => {
      this.isBlocked = false
      this.#onDrain()
    })
  }

  /**
   * Adds the ACK of a NOTIFY.
   * @throws SpopError as `writeAck` does; nothing is added then.
   */
  addAck(notify: NotifyIds, actions: readonly Action[], maxFrameSize: number): void {
    this.#writer ??= new ByteWriter(1024, batchBytes + maxFrameSize)
    writeAck(this.#writer, notify, actions, maxFrameSize)
    if (this.#writer.length >= batchBytes) this.flush()
  }

  /** Sends a frame that is encoded already, behind what waits. */
  send(frame: Buffer): void {
    this.flush()
    this.#write(frame)
  }

  /** Sends what waits, at the end of this tick. */
  flushSoon(): void {
    if (this.#isFlushPlanned) return
    this.#isFlushPlanned = true
    process.nextTick(flushPlanned, this)
  }

  /** Sends what waits, now. */
  flush(): void {
    this.#isFlushPlanned = false
    const writer = this.#writer
    if (!writer || writer.length === 0) return
    this.#write(writer.toBytes())
    writer.length = 0
    if (writer.bytes.length > batchBytes) this.#writer = undefined
  }

  #write(bytes: Buffer): void {
    if (this.#socket.writable && !this.#socket.write(bytes)) this.isBlocked = true
  }
}

function flushPlanned(outbox: Outbox): void {
  outbox.flush()
}
