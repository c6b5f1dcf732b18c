import { ByteWriter } from './byte-writer.ts'
import { Cursor } from './cursor.ts'
import { encodeFrame, frameType } from './frame.ts'
import { frameIdOf, streamIdOf } from './frame-parser.ts'
import type { FrameId, FrameView } from './frame-parser.ts'
import { writeKvList } from './kv-list.ts'
import type { KvEntry } from './kv-list.ts'
import { areMessagesValid, readMessages } from './message.ts'
import type { Message } from './message.ts'
import { quote } from './quote.ts'
import { SpopError } from './status.ts'

/** A NOTIFY frame (SPOE.txt, section 3.2.6): a lazy view that keeps the frame's bytes alive, no copy of them. */
export class NotifyView {
  readonly bytes: Buffer
  readonly idsOffset: number
  readonly payloadOffset: number
  readonly end: number
  #messages: readonly Message[] | undefined

  /** @param frame a NOTIFY that `isNotifyValid` accepted. */
  constructor(frame: FrameView) {
    this.bytes = frame.bytes
    this.idsOffset = frame.idsOffset
    this.payloadOffset = frame.payloadOffset
    this.end = frame.end
  }

  /** STREAM-ID, to be echoed and not interpreted: HAProxy numbers differently up to 3.0 and from 3.1 on. */
  get streamId(): FrameId {
    return streamIdOf(this)
  }

  /** FRAME-ID inside the stream. */
  get frameId(): FrameId {
    return frameIdOf(this)
  }

  /** Messages in the order of the frame; may be none, may repeat a name. */
  get messages(): readonly Message[] {
    return (this.#messages ??= readMessages(new Cursor(this.bytes, this.payloadOffset, this.end)))
  }
}

/** True if the payload of a NOTIFY is a well-formed LIST-OF-MESSAGES; `cursor` is only reused, not read before. */
export function isNotifyValid(frame: FrameView, cursor: Cursor): boolean {
  cursor.reset(frame.bytes, frame.payloadOffset, frame.end)
  return areMessagesValid(cursor)
}

/** A message to encode, as HAProxy would send it: at most 255 arguments. */
export interface MessageParts {
  readonly name: string
  readonly args: readonly KvEntry[]
}

/**
 * Encodes a NOTIFY frame, as HAProxy would send it.
 * @throws SpopError `invalidArgument` for more than 255 arguments or values that cannot be encoded.
 */
export function encodeNotify(streamId: FrameId, frameId: FrameId, messages: readonly MessageParts[]): Buffer {
  const writer = new ByteWriter()
  for (const { name, args } of messages) {
    if (args.length > 255) {
      throw new SpopError(
        'invalidArgument',
        `Expected at most 255 arguments in message ${quote(name)}, got ${args.length}`,
      )
    }
    writer.writeString(name)
    writer.writeByte(args.length)
    writeKvList(writer, args)
  }
  return encodeFrame({ type: frameType.notify, streamId, frameId, payload: writer.toBytes() })
}
