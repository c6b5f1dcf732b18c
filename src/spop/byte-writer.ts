import { SpopError } from './status.ts'
import { maxVarintBytes, writeBigVarint, writeVarint } from './varint.ts'

/** Bytes being written one after another: grows by doubling; holds about `limit` at most. */
export class ByteWriter {
  bytes: Buffer
  length = 0
  readonly #limit: number

  /** @param limit bytes beyond which it refuses to grow, with SpopError `frameTooBig`. */
  constructor(capacity = 256, limit = 0x7fff_ffff) {
    this.bytes = Buffer.allocUnsafe(capacity)
    this.#limit = limit
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    // Room for a varint is asked for before its length is known, hence the slack.
    if (needed > this.#limit + maxVarintBytes) {
      throw new SpopError('frameTooBig', `Expected at most ${this.#limit} bytes to write, got ${needed}`)
    }
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  writeByte(byte: number): void {
    this.reserve(1)
    this.bytes[this.length++] = byte
  }

  /** Writes an integer between 0 and 2^53 - 1. */
  writeVarint(value: number): void {
    this.reserve(maxVarintBytes)
    this.length = writeVarint(this.bytes, this.length, value)
  }

  /** Writes an unsigned 64-bit integer. */
  writeBigVarint(value: bigint): void {
    this.reserve(maxVarintBytes)
    this.length = writeBigVarint(this.bytes, this.length, value)
  }

  writeBytes(source: Uint8Array): void {
    this.reserve(source.length)
    this.bytes.set(source, this.length)
    this.length += source.length
  }

  /** STRING: a varint length and the bytes (SPOE.txt, section 3.1), from text as UTF-8. */
  writeString(text: string): void {
    const { length } = text
    // The length is known before the bytes only for ASCII, which nearly every name and value is.
    if (length < 240 && isAscii(text)) {
      this.reserve(length + 1)
      const { bytes } = this
      let at = this.length
      bytes[at++] = length
      for (let index = 0; index < length; index++) bytes[at++] = text.charCodeAt(index)
      this.length = at
      return
    }
    const size = Buffer.byteLength(text)
    this.writeVarint(size)
    this.reserve(size)
    this.length += this.bytes.write(text, this.length)
  }

  /** STRING or BINARY contents as they are: a varint length and the bytes. */
  writeSizedBytes(source: Uint8Array): void {
    this.writeVarint(source.length)
    this.writeBytes(source)
  }

  /** A copy of what was written. */
  toBytes(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.length))
  }
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false
  return true
}
