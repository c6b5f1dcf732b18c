import { asBuffer } from './cursor.ts'
import { frameFlag, lengthBytes, minFrameBytes } from './frame.ts'
import { SpopError } from './status.ts'
import { bigVarintAt, skipVarint } from './varint.ts'

/** The ids of a frame: a number while it is exact, a bigint above 2^53 - 1. */
export type FrameId = number | bigint

/** A frame's place in bytes that stay valid: `bytes` is never written to again. */
export interface FrameView {
  readonly bytes: Buffer
  readonly type: number
  readonly flags: number
  /** Where STREAM-ID starts; FRAME-ID follows it, up to `payloadOffset`. */
  readonly idsOffset: number
  readonly payloadOffset: number
  readonly end: number
}

/** What `next` found: `more` bytes are needed, a `frame` is in view, or the stream is `broken` for good. */
export const parsed = { more: 0, frame: 1, broken: 2 } as const
export type Parsed = (typeof parsed)[keyof typeof parsed]

const empty = Buffer.alloc(0)

/**
 * Finds frames in a stream of bytes, whatever its chunks. `push` a chunk, then call `next` until it wants
 * `more`; after each `frame` the parser itself is the view of it. A frame inside one chunk is not copied; one
 * over several is gathered in a buffer of its own, allocated only once its length is known to be legal.
 * Pull, not callbacks: the caller may stop between two frames and go on later.
 */
export class FrameParser implements FrameView {
  bytes: Buffer = empty
  type = 0
  flags = 0
  idsOffset = 0
  payloadOffset = 0
  end = 0
  /** Most bytes a frame may have behind its length; lower it when max-frame-size is negotiated. */
  maxFrameSize: number
  /** Why the stream is broken: `frameTooBig` or `invalidFrame`. */
  error: SpopError | undefined

  #chunk: Buffer = empty
  #offset = 0
  #lengthRead = 0
  #length = 0
  #gathered: Buffer | undefined
  #gatheredLength = 0

  constructor(maxFrameSize: number) {
    this.maxFrameSize = maxFrameSize
  }

  /** True between frames: nothing of a frame has come without the rest of it. */
  get isAtBoundary(): boolean {
    return this.#offset === this.#chunk.length && this.#lengthRead === 0 && this.#gathered === undefined
  }

  /** Hands in the next bytes, which must not change afterwards. All earlier ones must be used up (`more`). */
  push(chunk: Uint8Array): void {
    this.#chunk = asBuffer(chunk)
    this.#offset = 0
  }

  /** Moves to the next frame. */
  next(): Parsed {
    if (this.error) return parsed.broken
    const chunk = this.#chunk
    const offset = this.#offset
    if (this.#gathered === undefined && this.#lengthRead === 0 && chunk.length - offset >= lengthBytes) {
      // The common case: length and frame both in this chunk.
      const length = readLength(chunk, offset)
      if (!this.#isLegal(length)) return parsed.broken
      const start = offset + lengthBytes
      if (chunk.length - start >= length) {
        this.#offset = start + length
        return this.#view(chunk, start, start + length)
      }
    }
    return this.#gather()
  }

  #gather(): Parsed {
    const chunk = this.#chunk
    while (this.#gathered === undefined) {
      if (this.#offset === chunk.length) return this.#drop()
      this.#length = this.#length * 256 + chunk[this.#offset++]!
      if (++this.#lengthRead < lengthBytes) continue
      if (!this.#isLegal(this.#length)) return parsed.broken
      this.#gathered = Buffer.allocUnsafe(this.#length)
      this.#gatheredLength = 0
    }
    const gathered = this.#gathered
    const wanted = gathered.length - this.#gatheredLength
    const copied = chunk.copy(gathered, this.#gatheredLength, this.#offset, this.#offset + wanted)
    this.#offset += copied
    this.#gatheredLength += copied
    if (copied < wanted) return this.#drop()
    this.#gathered = undefined
    this.#lengthRead = 0
    this.#length = 0
    return this.#view(gathered, 0, gathered.length)
  }

  /** Lets go of a chunk that is used up. */
  #drop(): Parsed {
    this.#chunk = empty
    this.#offset = 0
    return parsed.more
  }

  #isLegal(length: number): boolean {
    if (length < minFrameBytes) {
      this.error = new SpopError(
        'invalidFrame',
        `Expected a frame of at least ${minFrameBytes} bytes, got ${length}`,
      )
    } else if (length > this.maxFrameSize) {
      this.error = new SpopError(
        'frameTooBig',
        `Expected a frame of at most ${this.maxFrameSize} bytes, got ${length}`,
      )
    }
    return this.error === undefined
  }

  #view(bytes: Buffer, start: number, end: number): Parsed {
    const idsOffset = start + 5
    const frameIdOffset = skipVarint(bytes, idsOffset, end)
    const payloadOffset = frameIdOffset < 0 ? -1 : skipVarint(bytes, frameIdOffset, end)
    if (payloadOffset < 0) {
      this.error = new SpopError(
        'invalidFrame',
        'Expected STREAM-ID and FRAME-ID, got a truncated or overlong varint',
      )
      return parsed.broken
    }
    this.bytes = bytes
    this.type = bytes[start]!
    this.flags = readLength(bytes, start + 1)
    this.idsOffset = idsOffset
    this.payloadOffset = payloadOffset
    this.end = end
    return parsed.frame
  }
}

/** True for a frame that is all of its payload; FIN clear means that more of it is to come. */
export function isFinal(frame: FrameView): boolean {
  return (frame.flags & frameFlag.fin) !== 0
}

/** Where the ids of a frame are. */
type FrameIds = Pick<FrameView, 'bytes' | 'idsOffset' | 'payloadOffset'>

/** STREAM-ID of a frame in view. */
export function streamIdOf(frame: FrameIds): FrameId {
  return idAt(frame.bytes, frame.idsOffset)
}

/** FRAME-ID of a frame in view. */
export function frameIdOf(frame: FrameIds): FrameId {
  return idAt(frame.bytes, skipVarint(frame.bytes, frame.idsOffset, frame.payloadOffset))
}

function idAt(bytes: Buffer, offset: number): FrameId {
  const first = bytes[offset]!
  if (first < 240) return first
  const value = bigVarintAt(bytes, offset)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** Four bytes in network order, unsigned. */
function readLength(bytes: Buffer, offset: number): number {
  return (
    ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>>
    0
  )
}
