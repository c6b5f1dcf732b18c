import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeName, decodeText, isText } from './text.ts'

const encoded = fc.oneof(
  fc.string({ maxLength: 80 }).map((text) => Buffer.from(text)),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
)

test('text and names are what Buffer makes of the same bytes, wherever they stand', () => {
  fc.assert(
    fc.property(encoded, fc.nat(5), (bytes, before) => {
      const padded = Buffer.concat([Buffer.alloc(before, 0xe9), bytes, Buffer.from([0xe9])])
      const [start, end] = [before, before + bytes.length]
      expect(decodeText(padded, start, end)).toBe(bytes.toString())
      expect(decodeName(padded, start, end)).toBe(bytes.toString())
      expect(decodeName(padded, start, end)).toBe(bytes.toString())
    }),
    { numRuns: 2_000 },
  )
})

test('names that fall into one place of the cache are told apart', () => {
  const names = ['abcz', 'accz', 'a..z', 'aéz', 'abcz']
  for (const name of [...names, ...names]) {
    const bytes = Buffer.from(name)
    expect(decodeName(bytes, 0, bytes.length)).toBe(name)
  }
})

test('one U+FFFD for one byte that is not ASCII is never taken for the name of other bytes', () => {
  expect(decodeName(Buffer.of(0x61, 0xff, 0x62), 0, 3)).toBe('a\uFFFDb')
  expect(decodeName(Buffer.of(0x61, 0xfd, 0x62), 0, 3)).toBe('a\uFFFDb')
})

test('text is compared as if it were decoded', () => {
  expect(isText(Buffer.of(0xe9), 0, 1, 'é')).toBe(false)
  expect(isText(Buffer.from('é'), 0, 2, 'é')).toBe(true)
  expect(isText(Buffer.of(0xe9), 0, 1, '\uFFFD')).toBe(true)
  expect(isText(Buffer.from('ab'), 0, 2, 'ab')).toBe(true)
  expect(isText(Buffer.from('ab'), 0, 1, 'ab')).toBe(false)
  expect(isText(Buffer.from('ab'), 0, 2, 'a')).toBe(false)
  fc.assert(
    fc.property(encoded, encoded, (bytes, other) => {
      expect(isText(bytes, 0, bytes.length, bytes.toString())).toBe(true)
      expect(isText(bytes, 0, bytes.length, other.toString())).toBe(bytes.toString() === other.toString())
    }),
  )
})
