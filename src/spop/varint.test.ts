import { describe, expect, test } from 'vitest'

import { Cursor } from './cursor.ts'
import { SpopError } from './status.ts'
import { hex, toHex, varint } from './testing.ts'
import { decodeVarint, encodeVarint, maxUint64, skipVarint, varintLength } from './varint.ts'

/** Edges of each length, and their bytes worked out by hand from the table of section 3.1. */
const edges: readonly (readonly [bigint, string])[] = [
  [0n, '00'],
  [1n, '01'],
  [239n, 'ef'],
  [240n, 'f0 00'],
  [255n, 'ff 00'],
  [256n, 'f0 01'],
  [2287n, 'ff 7f'],
  [2288n, 'f0 80 00'],
  [264431n, 'ff ff 7f'],
  [264432n, 'f0 80 80 00'],
  [33818863n, 'ff ff ff 7f'],
  [33818864n, 'f0 80 80 80 00'],
  [4328786159n, 'ff ff ff ff 7f'],
  [4328786160n, 'f0 80 80 80 80 00'],
  [maxUint64, 'ff f0 fe fe fe fe fe fe fe 0e'],
]

describe('varint', () => {
  test.each(edges)('#13 #14 %d is %s, both ways', (value, bytes) => {
    expect(toHex(encodeVarint(value))).toBe(bytes)
    expect(toHex(varint(value))).toBe(bytes)
    expect(decodeVarint(Uint8Array.from(hex(bytes)))).toEqual({ value, end: hex(bytes).length })
  })

  test.each(edges.filter(([value]) => value <= Number.MAX_SAFE_INTEGER))(
    '#13 the length of %d is known without encoding it',
    (value, bytes) => {
      expect(varintLength(Number(value))).toBe(hex(bytes).length)
    },
  )

  test.each([
    ['eleven bytes', 'ff f0 fe fe fe fe fe fe fe 8e 00'],
    ['endless', 'ff ff ff ff ff ff ff ff ff ff ff ff ff ff'],
    ['2^64', 'f0 f1 fe fe fe fe fe fe fe 0e'],
    ['ten bytes, far above 2^64', 'ff ff ff ff ff ff ff ff ff 7f'],
  ])('#15 more than 64 bits is malformed: %s', (_, bytes) => {
    expect(skipVarint(Uint8Array.from(hex(bytes)), 0, hex(bytes).length)).toBe(-1)
    expect(() => decodeVarint(Uint8Array.from(hex(bytes)))).toThrow(
      expect.objectContaining({ statusCode: 4 }),
    )
  })

  test.each(edges)('#16 %d cut short anywhere is malformed', (_, bytes) => {
    const whole = Buffer.from(hex(bytes))
    for (let length = 0; length < whole.length; length++) {
      expect(skipVarint(whole, 0, length)).toBe(-1)
      expect(new Cursor(whole, 0, length).readBigVarint()).toBeUndefined()
      expect(new Cursor(whole, 0, length).readLength()).toBe(-1)
    }
  })

  test('#17 integers above 2^53 are exact', () => {
    for (const value of [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, maxUint64 - 1n]) {
      expect(decodeVarint(encodeVarint(value)).value).toBe(value)
    }
  })

  test('a length beyond the bytes that are there is malformed, however long its varint', () => {
    for (const length of [4, 240, 2288, 2 ** 31, 2 ** 32, 2 ** 46, 2 ** 53, maxUint64]) {
      expect(new Cursor(Buffer.from([...varint(length), 1, 2, 3])).readLength()).toBe(-1)
    }
    expect(new Cursor(Buffer.from([...varint(3), 1, 2, 3])).readLength()).toBe(3)
    const large = Buffer.alloc(40_000_000)
    large.set(varint(39_000_000))
    expect(new Cursor(large).readLength()).toBe(39_000_000)
  })

  test('what is no unsigned 64-bit integer is refused', () => {
    for (const value of [-1, 1.5, Number.NaN, 2 ** 53, -1n, maxUint64 + 1n]) {
      expect(() => encodeVarint(value)).toThrow(SpopError)
    }
  })
})
