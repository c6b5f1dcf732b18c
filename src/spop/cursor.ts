import { bigVarintAt, skipVarint } from './varint.ts'

/** What the reading methods of `Cursor` return where the bytes are malformed; no value is negative. */
export const malformed = -1

/**
 * A place in a run of bytes, moved by what is read. It reports malformed input by value, never by exception,
 * and may be set on new bytes again and again: the hot path allocates nothing.
 */
export class Cursor {
  bytes: Buffer
  offset: number
  end: number

  constructor(bytes: Buffer, offset = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.offset = offset
    this.end = end
  }

  /** Points the cursor at other bytes. */
  reset(bytes: Buffer, offset: number, end: number): void {
    this.bytes = bytes
    this.offset = offset
    this.end = end
  }

  /** Reads one byte, or `malformed` at the end. */
  readByte(): number {
    return this.offset < this.end ? this.bytes[this.offset++]! : malformed
  }

  /**
   * Reads a length: a varint that may not reach beyond the end of the bytes. Longer than seven bytes can be no
   * length (it is above 2^46), so plain numbers are exact here.
   */
  readLength(): number {
    const { bytes, end } = this
    let at = this.offset
    if (at >= end) return malformed
    let value = bytes[at++]!
    if (value >= 240) {
      let scale = 16
      let byte = 0
      do {
        if (at >= end || scale > 0x80_0000_0000) return malformed
        byte = bytes[at++]!
        value += byte * scale
        scale *= 128
      } while (byte >= 128)
    }
    if (value > end - at) return malformed
    this.offset = at
    return value
  }

  /** Passes over a varint of any 64-bit value: true if it was well formed. */
  skipVarint(): boolean {
    const next = skipVarint(this.bytes, this.offset, this.end)
    if (next < 0) return false
    this.offset = next
    return true
  }

  /** Reads a varint exactly: undefined where it is malformed. */
  readBigVarint(): bigint | undefined {
    const start = this.offset
    return this.skipVarint() ? bigVarintAt(this.bytes, start) : undefined
  }

  /** Passes over `length` bytes: true if there were so many. */
  skip(length: number): boolean {
    if (length > this.end - this.offset) return false
    this.offset += length
    return true
  }
}

/** The same bytes as a Buffer, not copied: decoding text needs its methods. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
