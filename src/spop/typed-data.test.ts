import { describe, expect, test } from 'vitest'

import { ByteWriter } from './byte-writer.ts'
import { Cursor } from './cursor.ts'
import { hex, toHex, typed } from './testing.ts'
import type { Bytes } from './testing.ts'
import { decodeTypedValue, skipTypedValue, toTypedValue, writeTypedValue } from './typed-data.ts'
import type { TypedValue } from './typed-data.ts'

function encode(value: TypedValue): string {
  const writer = new ByteWriter()
  writeTypedValue(writer, value)
  return toHex(writer.toBytes())
}

const loopback6 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]

const samples: readonly (readonly [TypedValue, Bytes])[] = [
  [{ type: 'null', value: null }, hex('00')],
  [{ type: 'bool', value: true }, hex('11')],
  [{ type: 'bool', value: false }, hex('01')],
  [{ type: 'int32', value: 50 }, hex('02 32')],
  [{ type: 'int32', value: -1 }, hex('02 ff f0 fe fe fe fe fe fe fe 0e')],
  [{ type: 'int32', value: -(2 ** 31) }, typed.int32(2n ** 64n - 2n ** 31n)],
  [{ type: 'int32', value: 2 ** 31 - 1 }, typed.int32(2 ** 31 - 1)],
  [{ type: 'uint32', value: 2 ** 32 - 1 }, typed.uint32(2 ** 32 - 1)],
  [{ type: 'int64', value: -2n }, hex('04 fe f0 fe fe fe fe fe fe fe 0e')],
  [{ type: 'int64', value: -(2n ** 63n) }, typed.int64(2n ** 63n)],
  [{ type: 'int64', value: 2n ** 53n + 1n }, typed.int64(2n ** 53n + 1n)],
  [{ type: 'uint64', value: 2n ** 64n - 1n }, hex('05 ff f0 fe fe fe fe fe fe fe 0e')],
  [{ type: 'ipv4', value: '192.0.2.255' }, hex('06 c0 00 02 ff')],
  [{ type: 'ipv6', value: '::1' }, typed.ipv6(...loopback6)],
  [{ type: 'string', value: '' }, hex('08 00')],
  [{ type: 'string', value: 'été' }, hex('08 05 c3 a9 74 c3 a9')],
  [{ type: 'string', value: 'x'.repeat(300) }, typed.string('x'.repeat(300))],
  [{ type: 'binary', value: Buffer.from([0, 255]) }, hex('09 02 00 ff')],
]

describe('typed data', () => {
  test.each(samples)('%o is the same both ways', (value, bytes) => {
    expect(encode(value)).toBe(toHex(bytes))
    expect(decodeTypedValue(Uint8Array.from(bytes))).toEqual(value)
    const cursor = new Cursor(Buffer.from(bytes))
    expect(skipTypedValue(cursor)).toBe(true)
    expect(cursor.offset).toBe(bytes.length)
  })

  test('#46 the type is the low nibble: 0x11 is true, 0x01 is false, and exactly so they are written', () => {
    expect(decodeTypedValue(Uint8Array.of(0x11))).toEqual({ type: 'bool', value: true })
    expect(decodeTypedValue(Uint8Array.of(0x01))).toEqual({ type: 'bool', value: false })
    expect(decodeTypedValue(Uint8Array.of(0xe1))).toEqual({ type: 'bool', value: false })
    expect(encode({ type: 'bool', value: true })).toBe('11')
  })

  test('#47 flags on other types are ignored when read and never written', () => {
    expect(decodeTypedValue(Uint8Array.from(hex('18 01 61')))).toEqual({ type: 'string', value: 'a' })
    const others = samples.filter(([value]) => value.type !== 'bool')
    for (const [value] of others) expect(encode(value)).toMatch(/^0/)
  })

  test('#48 negative integers are 64 bits on the wire, sign-extended', () => {
    expect(encode({ type: 'int32', value: -2 })).toBe('02 fe f0 fe fe fe fe fe fe fe 0e')
    expect(decodeTypedValue(Uint8Array.from(hex('02 fe f0 fe fe fe fe fe fe fe 0e')))).toEqual({
      type: 'int32',
      value: -2,
    })
  })

  test('a 32-bit integer out of its range is malformed', () => {
    for (const bytes of [typed.int32(2 ** 31), typed.int32(2n ** 63n), typed.uint32(2 ** 32)]) {
      expect(() => decodeTypedValue(Uint8Array.from(bytes))).toThrow(
        expect.objectContaining({ statusCode: 4 }),
      )
      expect(skipTypedValue(new Cursor(Buffer.from(bytes)))).toBe(false)
    }
  })

  test.each(samples)('#49 #50 #16 %o cut short anywhere is malformed', (_, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeTypedValue(Uint8Array.from(bytes.slice(0, length)))).toThrow(
        expect.objectContaining({ statusCode: 4 }),
      )
      expect(skipTypedValue(new Cursor(Buffer.from(bytes), 0, length))).toBe(false)
    }
  })

  test('#50 a string that is not UTF-8 keeps its bytes', () => {
    const bytes = hex('08 03 61 ff 62')
    const value = decodeTypedValue(Uint8Array.from(bytes))
    expect(value).toEqual({ type: 'string', value: 'a\uFFFDb', bytes: Buffer.from(hex('61 ff 62')) })
    expect(encode(value)).toBe(toHex(bytes))
  })

  test('#50 a string that really has U+FFFD in it is text, not broken bytes', () => {
    expect(decodeTypedValue(Uint8Array.from(hex('08 03 ef bf bd')))).toEqual({
      type: 'string',
      value: '\uFFFD',
    })
  })

  test.each([10, 11, 12, 13, 14, 15])('#51 type %d is malformed', (type) => {
    for (const first of [type, type | 0x10, type | 0xf0]) {
      const bytes = Buffer.from([first, 0, 0, 0, 0, 0])
      expect(() => decodeTypedValue(bytes)).toThrow(expect.objectContaining({ statusCode: 4 }))
      expect(skipTypedValue(new Cursor(bytes))).toBe(false)
    }
  })

  test('plain values become the type that holds them exactly', () => {
    expect(toTypedValue(null)).toEqual({ type: 'null', value: null })
    expect(toTypedValue(true)).toEqual({ type: 'bool', value: true })
    expect(toTypedValue(-(2 ** 31))).toEqual({ type: 'int32', value: -(2 ** 31) })
    expect(toTypedValue(2 ** 31)).toEqual({ type: 'int64', value: 2n ** 31n })
    expect(toTypedValue(5n)).toEqual({ type: 'int64', value: 5n })
    expect(toTypedValue(2n ** 63n)).toEqual({ type: 'uint64', value: 2n ** 63n })
    expect(toTypedValue('a')).toEqual({ type: 'string', value: 'a' })
    expect(toTypedValue(Buffer.from('a'))).toEqual({ type: 'binary', value: Buffer.from('a') })
    expect(toTypedValue({ type: 'ipv4', value: '127.0.0.1' })).toEqual({ type: 'ipv4', value: '127.0.0.1' })
  })

  test('values that no type holds are refused, each with what was expected', () => {
    for (const value of [1.5, Number.NaN, Infinity, 2 ** 53, 2n ** 64n, -(2n ** 63n) - 1n]) {
      expect(() => toTypedValue(value)).toThrow(/Expected null, a boolean/)
    }
    const outOfRange: TypedValue[] = [
      { type: 'int32', value: 2 ** 31 },
      { type: 'uint32', value: -1 },
      { type: 'int64', value: 2n ** 63n },
      { type: 'uint64', value: -1n },
    ]
    for (const value of outOfRange) expect(() => encode(value)).toThrow(/in the range of/)
    expect(() => encode({ type: 'ipv4', value: '1.2.3' })).toThrow(/Expected an IPv4 address/)
    expect(() => encode({ type: 'ipv6', value: '1.2.3.4' })).toThrow(/Expected an IPv6 address/)
  })
})
