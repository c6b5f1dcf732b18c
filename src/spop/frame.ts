import { ByteWriter } from './byte-writer.ts'
import { SpopError } from './status.ts'
import { encodeVarint } from './varint.ts'

/** Frame types (SPOE.txt, section 3.2.2). */
export const frameType = {
  unset: 0,
  haproxyHello: 1,
  haproxyDisconnect: 2,
  notify: 3,
  agentHello: 101,
  agentDisconnect: 102,
  ack: 103,
} as const

/** Frame flags (SPOE.txt, section 3.2): every other bit is reserved and ignored. */
export const frameFlag = { fin: 1, abort: 2 } as const

/** The least max-frame-size that a peer may ask for, in bytes (SPOE.txt, section 3.2). */
export const minMaxFrameSize = 256

/** Type, flags and two ids of one byte each: no frame is shorter. The length before it counts none of its own four. */
export const minFrameBytes = 7

/** Bytes of the length that stands before each frame. */
export const lengthBytes = 4

/** One frame to encode: ids are echoed, so they may be any unsigned 64-bit integer. */
export interface FrameParts {
  /** One byte: see `frameType`. */
  readonly type: number
  /** 32 bits: see `frameFlag`. Default FIN alone: an unfragmented frame. */
  readonly flags?: number
  /** Default 0. */
  readonly streamId?: number | bigint
  /** Default 0. */
  readonly frameId?: number | bigint
  readonly payload?: Uint8Array
}

/**
 * Encodes one frame, its length before it.
 * @param maxFrameSize most bytes behind the length (what was negotiated); no limit by default.
 * @throws SpopError `frameTooBig` above it, `invalidArgument` for a type, flags or ids that do not fit.
 */
export function encodeFrame(parts: FrameParts, maxFrameSize: number = Infinity): Buffer {
  const { type, flags = frameFlag.fin, streamId = 0, frameId = 0, payload } = parts
  if ((type & 0xff) !== type || flags >>> 0 !== flags) {
    throw new SpopError(
      'invalidArgument',
      `Expected a type of 0 to 255 and flags of 32 bits, got type ${type} and flags ${flags}`,
    )
  }
  const writer = new ByteWriter((payload?.length ?? 0) + 32)
  beginFrame(writer, type, flags)
  writer.writeBytes(encodeVarint(streamId))
  writer.writeBytes(encodeVarint(frameId))
  if (payload) writer.writeBytes(payload)
  endFrame(writer, 0, maxFrameSize)
  return writer.bytes.subarray(0, writer.length)
}

/** Starts a frame: leaves room for its length, writes type and flags. Returns where it starts, for `endFrame`. */
export function beginFrame(writer: ByteWriter, type: number, flags: number = frameFlag.fin): number {
  const start = writer.length
  writer.reserve(lengthBytes + minFrameBytes)
  writer.length += lengthBytes
  writer.bytes[writer.length] = type
  writer.bytes.writeUInt32BE(flags, writer.length + 1)
  writer.length += 5
  return start
}

/** Ends the frame begun at `start`: fills in its length. */
export function endFrame(writer: ByteWriter, start: number, maxFrameSize: number): void {
  const size = writer.length - start - lengthBytes
  if (size > maxFrameSize) {
    writer.length = start
    throw new SpopError('frameTooBig', `Expected a frame of at most ${maxFrameSize} bytes, got ${size}`)
  }
  writer.bytes.writeUInt32BE(size, start)
}
