import { SpopError } from './status.ts'

/**
 * Variable-length integers in the Peers encoding (SPOE.txt, section 3.1): the first byte holds values below
 * 240, or four low bits under 0xf0; each further byte holds seven bits more. Every value has one encoding.
 */

/** No varint of a 64-bit value is longer: 2^64 - 1 takes ten bytes. */
export const maxVarintBytes = 10

export const maxUint64 = 0xffff_ffff_ffff_ffffn

/** Bytes that `encodeVarint` would give for an integer between 0 and 2^53 - 1. */
export function varintLength(value: number): number {
  if (value < 240) return 1
  let length = 2
  for (let rest = Math.floor((value - 240) / 16); rest >= 128; rest = Math.floor((rest - 128) / 128)) length++
  return length
}

/** Writes an integer between 0 and 2^53 - 1 at `offset`, unchecked; returns the offset behind it. */
export function writeVarint(bytes: Uint8Array, offset: number, value: number): number {
  let at = offset
  if (value < 240) {
    bytes[at++] = value
    return at
  }
  bytes[at++] = 0xf0 | (value % 16)
  let rest = Math.floor((value - 240) / 16)
  while (rest >= 128) {
    bytes[at++] = 0x80 | (rest % 128)
    rest = Math.floor((rest - 128) / 128)
  }
  bytes[at++] = rest
  return at
}

/** As `writeVarint`, for any unsigned 64-bit integer. */
export function writeBigVarint(bytes: Uint8Array, offset: number, value: bigint): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return writeVarint(bytes, offset, Number(value))
  let at = offset
  bytes[at++] = 0xf0 | Number(value & 0x0fn)
  let rest = (value - 240n) >> 4n
  while (rest >= 128n) {
    bytes[at++] = 0x80 | Number(rest & 0x7fn)
    rest = (rest - 128n) >> 7n
  }
  bytes[at++] = Number(rest)
  return at
}

/**
 * Encodes an unsigned integer up to 2^64 - 1.
 * @throws SpopError `invalidArgument` for anything else.
 */
export function encodeVarint(value: number | bigint): Uint8Array {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new SpopError(
      'invalidArgument',
      `Expected a varint to be a safe integer, got ${value}: use a bigint`,
    )
  }
  const big = BigInt(value)
  if (big < 0n || big > maxUint64) {
    throw new SpopError('invalidArgument', `Expected a varint between 0 and 2^64 - 1, got ${value}`)
  }
  const bytes = new Uint8Array(maxVarintBytes)
  return bytes.subarray(0, writeBigVarint(bytes, 0, big))
}

/**
 * Decodes the varint at `offset`: its exact value and the offset behind it.
 * @throws SpopError `invalidFrame` where it is cut short, longer than ten bytes or above 2^64 - 1.
 */
export function decodeVarint(bytes: Uint8Array, offset = 0): { value: bigint; end: number } {
  const end = skipVarint(bytes, offset, bytes.length)
  if (end < 0)
    throw new SpopError(
      'invalidFrame',
      `Expected a varint at byte ${offset}, got a truncated or overlong one`,
    )
  return { value: bigVarintAt(bytes, offset), end }
}

/** The offset behind the varint at `offset`, or -1 where it is truncated or does not fit in 64 bits. */
export function skipVarint(bytes: Uint8Array, offset: number, end: number): number {
  if (offset >= end) return -1
  let at = offset
  if (bytes[at++]! < 240) return at
  while (at < end) {
    if (bytes[at++]! < 128)
      return at - offset < maxVarintBytes || bigVarintAt(bytes, offset) <= maxUint64 ? at : -1
    if (at - offset >= maxVarintBytes) return -1
  }
  return -1
}

/** Reads a varint that `skipVarint` has found whole. */
export function bigVarintAt(bytes: Uint8Array, offset: number): bigint {
  let at = offset
  let byte = bytes[at++]!
  let value = BigInt(byte)
  if (byte < 240) return value
  let shift = 4n
  do {
    byte = bytes[at++]!
    value += BigInt(byte) << shift
    shift += 7n
  } while (byte >= 128)
  return value
}
