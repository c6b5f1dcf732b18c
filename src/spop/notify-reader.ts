import { Cursor } from './cursor.ts'
import type { FrameView } from './frame-parser.ts'
import { dataType, skipInteger32 } from './typed-data.ts'

const noBytes = Buffer.alloc(0)

/**
 * Reads a NOTIFY without making one object: for handlers that count nanoseconds. It walks messages and arguments
 * in order and says where each is; the same reader may be set on frame after frame.
 *
 *     reader.reset(frame)
 *     while (reader.nextMessage()) while (reader.nextArg()) use(reader.type, reader.bytes, reader.start, reader.end)
 *
 * Meant for frames that `isNotifyValid` accepted; on others it stops early and `isMalformed` is true.
 */
export class NotifyReader {
  bytes: Buffer = noBytes
  /** Where the name of the message or argument just read is. */
  nameStart = 0
  nameEnd = 0
  /** Type of the argument just read: one of `dataType`. */
  type = 0
  /** The flags beside the type: 0x10 is the value `true` of a bool. */
  flags = 0
  /** Where its value is: text or bytes without their length, an address, the varint of an integer, or nothing. */
  start = 0
  end = 0
  isMalformed = false
  readonly #cursor = new Cursor(noBytes)
  #argsLeft = 0

  /** Goes to the start of a frame. */
  reset(frame: Pick<FrameView, 'bytes' | 'payloadOffset' | 'end'>): void {
    this.bytes = frame.bytes
    this.#cursor.reset(frame.bytes, frame.payloadOffset, frame.end)
    this.#argsLeft = 0
    this.isMalformed = false
  }

  /** Goes to the next message, over what is left of this one's arguments: false behind the last. */
  nextMessage(): boolean {
    while (this.#argsLeft > 0) if (!this.nextArg()) return false
    const cursor = this.#cursor
    if (cursor.offset >= cursor.end || !this.#readName()) return false
    const argCount = cursor.readByte()
    this.#argsLeft = Math.max(0, argCount)
    return argCount >= 0 || this.#fail()
  }

  /** Goes to the next argument of this message: false behind the last. */
  nextArg(): boolean {
    if (this.#argsLeft === 0 || !this.#readName()) return false
    this.#argsLeft--
    const cursor = this.#cursor
    const first = cursor.readByte()
    if (first < 0) return this.#fail()
    this.type = first & 0x0f
    this.flags = first & 0xf0
    let length = 0
    switch (this.type) {
      case dataType.string:
      case dataType.binary:
        length = cursor.readLength()
        break
      case dataType.ipv4:
        length = 4
        break
      case dataType.ipv6:
        length = 16
        break
      case dataType.null:
      case dataType.bool:
        break
      case dataType.int32:
      case dataType.uint32:
        this.start = cursor.offset
        if (!skipInteger32(cursor, this.type)) return this.#fail()
        this.end = cursor.offset
        return true
      case dataType.int64:
      case dataType.uint64:
        this.start = cursor.offset
        if (!cursor.skipVarint()) return this.#fail()
        this.end = cursor.offset
        return true
      default:
        return this.#fail()
    }
    if (length < 0) return this.#fail()
    this.start = cursor.offset
    if (!cursor.skip(length)) return this.#fail()
    this.end = cursor.offset
    return true
  }

  /** Whether the name just read has these bytes. */
  isNamed(name: Uint8Array): boolean {
    const { bytes, nameStart } = this
    const { length } = name
    if (this.nameEnd - nameStart !== length) return false
    for (let index = 0; index < length; index++) if (bytes[nameStart + index] !== name[index]) return false
    return true
  }

  #readName(): boolean {
    const cursor = this.#cursor
    const length = cursor.readLength()
    if (length < 0) return this.#fail()
    this.nameStart = cursor.offset
    cursor.skip(length)
    this.nameEnd = cursor.offset
    return true
  }

  #fail(): false {
    this.#argsLeft = 0
    this.isMalformed = true
    return false
  }
}
