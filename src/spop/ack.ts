import { writeActions, readActions } from './action.ts'
import type { Action } from './action.ts'
import { ByteWriter } from './byte-writer.ts'
import { Cursor } from './cursor.ts'
import { beginFrame, endFrame, frameType } from './frame.ts'
import { frameIdOf, streamIdOf } from './frame-parser.ts'
import type { FrameId, FrameView } from './frame-parser.ts'
import { encodeVarint } from './varint.ts'

/**
 * Encodes an ACK frame (SPOE.txt, section 3.2.7). No actions is legal, but HAProxy 3.1 before its fix of an
 * empty ACK (commit 851e52b55) then waits out the processing timeout: send one action to such a release.
 * @param maxFrameSize what was negotiated, in bytes; no limit by default.
 * @throws SpopError `frameTooBig` above it, `invalidArgument` for actions or ids that cannot be encoded.
 */
export function encodeAck(
  streamId: FrameId,
  frameId: FrameId,
  actions: readonly Action[],
  maxFrameSize: number = Infinity,
): Buffer {
  const writer = new ByteWriter(128, maxFrameSize)
  const start = beginFrame(writer, frameType.ack)
  writer.writeBytes(encodeVarint(streamId))
  writer.writeBytes(encodeVarint(frameId))
  writeActions(writer, actions)
  endFrame(writer, start, maxFrameSize)
  return writer.bytes.subarray(0, writer.length)
}

/** Where the ids that an ACK must echo stand in its NOTIFY. */
export type NotifyIds = Pick<FrameView, 'bytes' | 'idsOffset' | 'payloadOffset'>

/**
 * Writes the ACK of a NOTIFY behind what `writer` holds: the ids are copied byte for byte. If it throws, the
 * writer holds what it held before.
 * @throws SpopError as `encodeAck` does.
 */
export function writeAck(
  writer: ByteWriter,
  notify: NotifyIds,
  actions: readonly Action[],
  maxFrameSize: number,
): void {
  const start = beginFrame(writer, frameType.ack)
  try {
    const { bytes, payloadOffset } = notify
    writer.reserve(payloadOffset - notify.idsOffset)
    for (let at = notify.idsOffset; at < payloadOffset; at++) writer.bytes[writer.length++] = bytes[at]!
    writeActions(writer, actions)
    endFrame(writer, start, maxFrameSize)
  } catch (error) {
    writer.length = start
    throw error
  }
}

/** An ACK as HAProxy reads it. */
export interface Ack {
  readonly streamId: FrameId
  readonly frameId: FrameId
  readonly actions: readonly Action[]
}

/** Reads an ACK frame: undefined where its actions are malformed. */
export function readAck(frame: FrameView): Ack | undefined {
  const actions = readActions(new Cursor(frame.bytes, frame.payloadOffset, frame.end))
  return actions && { streamId: streamIdOf(frame), frameId: frameIdOf(frame), actions }
}
