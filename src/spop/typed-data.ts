import { isUtf8 } from 'node:buffer'

import type { ByteWriter } from './byte-writer.ts'
import { Cursor, asBuffer } from './cursor.ts'
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './ip-address.ts'
import { quote } from './quote.ts'
import { SpopError } from './status.ts'
import { decodeText } from './text.ts'
import { maxUint64 } from './varint.ts'

/**
 * Typed data: the type in the low four bits of the first byte, flags in the high four (the diagram in SPOE.txt,
 * section 3.1, reads the other way round; HAProxy's bytes decide).
 */
export const dataType = {
  null: 0,
  bool: 1,
  int32: 2,
  uint32: 3,
  int64: 4,
  uint64: 5,
  ipv4: 6,
  ipv6: 7,
  string: 8,
  binary: 9,
} as const

/** The one flag: a boolean that is true. */
const trueFlag = 0x10

/**
 * A value on the wire. 64-bit integers are bigint and exact; addresses are text; `binary` is a view of the
 * frame's own bytes, so copy it to keep it longer than the frame. A `string` whose bytes are not UTF-8 carries
 * them in `bytes` as well, since its `value` shows U+FFFD in their place; encoding prefers `bytes`.
 */
export type TypedValue =
  | { readonly type: 'null'; readonly value: null }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'int32' | 'uint32'; readonly value: number }
  | { readonly type: 'int64' | 'uint64'; readonly value: bigint }
  | { readonly type: 'ipv4' | 'ipv6'; readonly value: string }
  | { readonly type: 'string'; readonly value: string; readonly bytes?: Uint8Array }
  | { readonly type: 'binary'; readonly value: Uint8Array }

/** What may stand for a typed value where the type is plain from the value; see `toTypedValue`. */
export type Primitive = null | boolean | number | bigint | string | Uint8Array

const nullValue: TypedValue = Object.freeze({ type: 'null', value: null })
const trueValue: TypedValue = Object.freeze({ type: 'bool', value: true })
const falseValue: TypedValue = Object.freeze({ type: 'bool', value: false })

/** Passes over one typed value: true if it was well formed, its type known and its bytes all there. */
export function skipTypedValue(cursor: Cursor): boolean {
  const first = cursor.readByte()
  if (first < 0) return false
  switch (first & 0x0f) {
    case dataType.null:
    case dataType.bool:
      return true
    case dataType.int32:
    case dataType.uint32:
      return skipInteger32(cursor, first & 0x0f)
    case dataType.int64:
    case dataType.uint64:
      return cursor.skipVarint()
    case dataType.ipv4:
      return cursor.skip(4)
    case dataType.ipv6:
      return cursor.skip(16)
    case dataType.string:
    case dataType.binary: {
      const length = cursor.readLength()
      return length >= 0 && cursor.skip(length)
    }
    default:
      return false
  }
}

/** Reads one typed value: undefined where it is malformed (status code `invalidFrame`). */
export function readTypedValue(cursor: Cursor): TypedValue | undefined {
  const first = cursor.readByte()
  if (first < 0) return undefined
  const type = first & 0x0f
  switch (type) {
    case dataType.null:
      return nullValue
    case dataType.bool:
      return (first & trueFlag) === 0 ? falseValue : trueValue
    case dataType.int32:
    case dataType.uint32: {
      const value = readInteger32(cursor, type)
      return value === undefined ? undefined : { type: type === dataType.int32 ? 'int32' : 'uint32', value }
    }
    case dataType.int64:
    case dataType.uint64: {
      const value = cursor.readBigVarint()
      if (value === undefined) return undefined
      return type === dataType.int64
        ? { type: 'int64', value: BigInt.asIntN(64, value) }
        : { type: 'uint64', value }
    }
    case dataType.ipv4: {
      const start = cursor.offset
      return cursor.skip(4) ? { type: 'ipv4', value: formatIpv4(cursor.bytes, start) } : undefined
    }
    case dataType.ipv6: {
      const start = cursor.offset
      return cursor.skip(16) ? { type: 'ipv6', value: formatIpv6(cursor.bytes, start) } : undefined
    }
    case dataType.string:
    case dataType.binary: {
      const length = cursor.readLength()
      if (length < 0) return undefined
      const start = cursor.offset
      cursor.skip(length)
      if (type === dataType.binary)
        return { type: 'binary', value: cursor.bytes.subarray(start, start + length) }
      return stringValue(cursor.bytes, start, start + length)
    }
    default:
      return undefined
  }
}

/** Passes over a 32-bit integer: true if it was well formed and in its range. */
export function skipInteger32(cursor: Cursor, type: number): boolean {
  return readInteger32(cursor, type) !== undefined
}

/** A 32-bit integer: negative ones are on the wire as 64 bits, sign-extended. Out of range is malformed. */
function readInteger32(cursor: Cursor, type: number): number | undefined {
  const { bytes, offset, end } = cursor
  if (offset < end && bytes[offset]! < 240) return bytes[cursor.offset++]!
  const big = cursor.readBigVarint()
  if (big === undefined) return undefined
  const value = type === dataType.int32 ? BigInt.asIntN(64, big) : big
  const isInRange = type === dataType.int32 ? value === BigInt.asIntN(32, value) : value <= 0xffff_ffffn
  return isInRange ? Number(value) : undefined
}

function stringValue(bytes: Buffer, start: number, end: number): TypedValue {
  const value = decodeText(bytes, start, end)
  if (value.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end))) {
    return { type: 'string', value, bytes: bytes.subarray(start, end) }
  }
  return { type: 'string', value }
}

/** Writes one typed value, flags 0 but for `true` (HAProxy takes some flags for part of the type). */
export function writeTypedValue(writer: ByteWriter, data: TypedValue): void {
  switch (data.type) {
    case 'null':
      writer.writeByte(dataType.null)
      break
    case 'bool':
      writer.writeByte(data.value ? dataType.bool | trueFlag : dataType.bool)
      break
    case 'int32':
    case 'uint32': {
      const isFit = data.type === 'int32' ? (data.value | 0) === data.value : data.value >>> 0 === data.value
      if (!isFit) throw outOfRange(data.type, data.value)
      writer.writeByte(dataType[data.type])
      if (data.value >= 0) writer.writeVarint(data.value)
      else writer.writeBigVarint(BigInt.asUintN(64, BigInt(data.value)))
      break
    }
    case 'int64':
      if (typeof data.value !== 'bigint' || BigInt.asIntN(64, data.value) !== data.value) {
        throw outOfRange(data.type, data.value)
      }
      writer.writeByte(dataType.int64)
      writer.writeBigVarint(BigInt.asUintN(64, data.value))
      break
    case 'uint64':
      if (typeof data.value !== 'bigint' || data.value < 0n || data.value > maxUint64) {
        throw outOfRange(data.type, data.value)
      }
      writer.writeByte(dataType.uint64)
      writer.writeBigVarint(data.value)
      break
    case 'ipv4':
      writer.writeByte(dataType.ipv4)
      writer.writeBytes(parseIpv4(data.value))
      break
    case 'ipv6':
      writer.writeByte(dataType.ipv6)
      writer.writeBytes(parseIpv6(data.value))
      break
    case 'string':
      writer.writeByte(dataType.string)
      if (data.bytes) writer.writeSizedBytes(data.bytes)
      else writer.writeString(data.value)
      break
    case 'binary':
      writer.writeByte(dataType.binary)
      writer.writeSizedBytes(data.value)
      break
    default:
      throw new SpopError('invalidArgument', `Expected a typed value, got ${quote(data)}`)
  }
}

/**
 * The typed value that a plain one stands for: null, bool, string; an integer number as int32 where it fits,
 * else int64; a bigint as int64 where it fits, else uint64; a Uint8Array as binary. A typed value is itself.
 * @throws SpopError `invalidArgument` for a number that is no safe integer, a bigint beyond 64 bits, or another type.
 */
export function toTypedValue(value: TypedValue | Primitive): TypedValue {
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    return (value | 0) === value ? { type: 'int32', value } : { type: 'int64', value: BigInt(value) }
  }
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'boolean') return value ? trueValue : falseValue
  if (value === null) return nullValue
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) === value) return { type: 'int64', value }
    if (value >= 0n && value <= maxUint64) return { type: 'uint64', value }
  } else if (value instanceof Uint8Array) {
    return { type: 'binary', value }
  } else if (typeof value === 'object' && Object.hasOwn(dataType, value.type)) {
    return value
  }
  throw new SpopError(
    'invalidArgument',
    `Expected null, a boolean, a string, bytes, an integer of at most 64 bits or a typed value, got ${quote(value)}`,
  )
}

/**
 * Decodes one typed value that fills all of `bytes`.
 * @throws SpopError `invalidFrame` where it is malformed or bytes are left over.
 */
export function decodeTypedValue(bytes: Uint8Array): TypedValue {
  const cursor = new Cursor(asBuffer(bytes))
  const value = readTypedValue(cursor)
  if (value === undefined || cursor.offset < cursor.end) {
    throw new SpopError(
      'invalidFrame',
      `Expected one typed value, got malformed data at byte ${cursor.offset}`,
    )
  }
  return value
}

function outOfRange(type: string, value: number | bigint): SpopError {
  return new SpopError('invalidArgument', `Expected a value in the range of ${type}, got ${value}`)
}
