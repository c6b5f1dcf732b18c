import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Cursor } from './cursor.ts'
import { FrameParser, parsed } from './frame-parser.ts'
import { isNotifyValid, NotifyView } from './notify.ts'
import { NotifyReader } from './notify-reader.ts'
import { hex, message, notify, typed } from './testing.ts'
import type { Bytes } from './testing.ts'
import { dataType, decodeTypedValue } from './typed-data.ts'

const reader = new NotifyReader()
const cursor = new Cursor(Buffer.alloc(0))

function view(payload: Bytes): FrameParser {
  const parser = new FrameParser(65_536)
  parser.push(notify(1, 1, payload))
  expect(parser.next()).toBe(parsed.frame)
  return parser
}

/** What the reader finds, with each value decoded from where it says it is. */
function walk(frame: FrameParser): unknown[] {
  const found: unknown[] = []
  reader.reset(frame)
  while (reader.nextMessage()) {
    const { bytes } = reader
    found.push(bytes.toString('utf8', reader.nameStart, reader.nameEnd))
    while (reader.nextArg()) {
      const { type, flags, start, end } = reader
      const isSized = type === dataType.string || type === dataType.binary
      const value = bytes.subarray(isSized ? start - (end - start < 240 ? 1 : 2) : start, end)
      const decoded = decodeTypedValue(Buffer.concat([Buffer.of(type | flags), value]))
      found.push({ name: bytes.toString('utf8', reader.nameStart, reader.nameEnd), value: decoded })
    }
  }
  return found
}

const payload = [
  ...message('first', 3, 'a', typed.string('text'), '', typed.true, 'a', typed.int64(2n ** 63n)),
  ...message('empty', 0),
  ...message(
    'second',
    4,
    'v4',
    typed.ipv4(1, 2, 3, 4),
    'v6',
    typed.ipv6(...hex('00 11').concat(Array.from({ length: 14 }, () => 9))),
    'n',
    typed.null,
    'b',
    typed.binary([1, 2]),
  ),
]

test('it finds the same as the view', () => {
  const frame = view(payload)
  const expected = new NotifyView(frame).messages.flatMap(({ name, args }) => [name, ...args])
  expect(walk(frame)).toEqual(expected)
  expect(reader.isMalformed).toBe(false)
})

test('arguments that nobody reads are passed over', () => {
  const frame = view(payload)
  reader.reset(frame)
  const names: string[] = []
  while (reader.nextMessage()) names.push(reader.bytes.toString('utf8', reader.nameStart, reader.nameEnd))
  expect(names).toEqual(['first', 'empty', 'second'])
})

test('names are compared byte by byte', () => {
  reader.reset(view(payload))
  reader.nextMessage()
  expect([
    reader.isNamed(Buffer.from('first')),
    reader.isNamed(Buffer.from('firs')),
    reader.isNamed(Buffer.from('firsT')),
  ]).toEqual([true, false, false])
})

test('32-bit integers out of their range are malformed here too', () => {
  for (const value of [typed.int32(2 ** 31), typed.uint32(2 ** 32)]) {
    reader.reset(view(message('m', 1, 'a', value)))
    expect(reader.nextMessage()).toBe(true)
    expect(reader.nextArg()).toBe(false)
    expect(reader.isMalformed).toBe(true)
  }
})

test('#59 on malformed payloads it stops and says so, exactly where they are not valid', () => {
  const mutated = fc
    .tuple(fc.nat(payload.length - 1), fc.nat(255))
    .map(([at, byte]) => payload.with(at, byte))
  const cut = fc.nat(payload.length).map((length) => payload.slice(0, length))
  fc.assert(
    fc.property(fc.oneof(mutated, cut), (bytes) => {
      const frame = view(bytes)
      const isValid = isNotifyValid(frame, cursor)
      reader.reset(frame)
      while (reader.nextMessage()) while (reader.nextArg()) expect(reader.end).toBeLessThanOrEqual(frame.end)
      expect(reader.isMalformed).toBe(!isValid)
    }),
    { numRuns: 2_000 },
  )
})
