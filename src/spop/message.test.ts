import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Cursor } from './cursor.ts'
import { FrameParser, parsed } from './frame-parser.ts'
import type { Message } from './message.ts'
import { areMessagesValid } from './message.ts'
import { encodeNotify, isNotifyValid, NotifyView } from './notify.ts'
import { hex, message, notify, sized, toHex, typed } from './testing.ts'
import type { Bytes } from './testing.ts'
import type { TypedValue } from './typed-data.ts'

const cursor = new Cursor(Buffer.alloc(0))

/** The messages of a payload, or undefined where it is refused. */
function read(payload: Bytes): readonly Message[] | undefined {
  const parser = new FrameParser(1_000_000)
  parser.push(notify(1, 1, payload))
  expect(parser.next()).toBe(parsed.frame)
  return isNotifyValid(parser, cursor) ? new NotifyView(parser).messages : undefined
}

const eachType = message(
  'each',
  11,
  'null',
  typed.null,
  'yes',
  typed.true,
  'no',
  typed.false,
  'i32',
  typed.int32(2n ** 64n - 5n),
  'u32',
  typed.uint32(2 ** 32 - 1),
  'i64',
  typed.int64(2n ** 63n),
  'u64',
  typed.uint64(2n ** 64n - 1n),
  'v4',
  typed.ipv4(127, 0, 0, 1),
  'v6',
  typed.ipv6(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
  'text',
  typed.string([0xc3, 0xa9, 0xff]),
  'bin',
  typed.binary([0, 1, 255]),
)

describe('messages', () => {
  test('#36 a NOTIFY without messages is valid', () => {
    expect(read([])).toEqual([])
  })

  test('#37 messages keep their order and their repeated names', () => {
    const messages = read([...message('b', 0), ...message('a', 1, 'x', typed.true), ...message('b', 0)])!
    expect(messages.map(({ name, argCount }) => [name, argCount])).toEqual([
      ['b', 0],
      ['a', 1],
      ['b', 0],
    ])
  })

  test('every type of argument is read, by name and in order', () => {
    const [each] = read([...message('first', 1, 'i32', typed.int32(1)), ...eachType])!.slice(1)
    const values: Record<string, unknown> = {
      null: null,
      yes: true,
      no: false,
      i32: -5,
      u32: 2 ** 32 - 1,
      i64: -(2n ** 63n),
      u64: 2n ** 64n - 1n,
      v4: '127.0.0.1',
      v6: '2001:db8::1',
      text: 'é\uFFFD',
      bin: Buffer.from([0, 1, 255]),
    }
    expect(each!.args.map(({ name }) => name)).toEqual(Object.keys(values))
    for (const [name, value] of Object.entries(values)) expect(each!.arg(name)?.value).toEqual(value)
    expect(each!.args.map(({ value }) => value.value)).toEqual(Object.values(values))
    expect(each!.arg('missing')).toBeUndefined()
    expect(each!.arg('i3')).toBeUndefined()
    expect(each!.arg('i322')).toBeUndefined()
  })

  test.each([0, 1, 239, 240, 254, 255])('#38 %d arguments', (count) => {
    const args = Array.from({ length: count }, (_, index) => [`a${index}`, typed.uint32(index)]).flat()
    const [first, second] = read([...message('many', count, ...args), ...message('next', 0)])!
    expect(first!.args).toHaveLength(count)
    expect(first!.arg(`a${count - 1}`)?.value).toBe(count === 0 ? undefined : count - 1)
    expect(second!.name).toBe('next')
  })

  test('#38 fewer arguments than NB-ARGS says are malformed', () => {
    expect(read(message('short', 2, 'a', typed.true))).toBeUndefined()
    expect(read(message('short', 255))).toBeUndefined()
    expect(read(sized('no count'))).toBeUndefined()
  })

  test('#39 argument and message names may be empty', () => {
    const [first] = read(message('', 2, '', typed.true, 'b', typed.false))!
    expect(first!.name).toBe('')
    expect(first!.arg('')?.value).toBe(true)
    expect(first!.args.map(({ name }) => name)).toEqual(['', 'b'])
  })

  test('#40 arguments of one name are all kept, in order; by name comes the first', () => {
    const [first] = read(message('m', 3, 'a', typed.uint32(1), 'b', typed.uint32(2), 'a', typed.uint32(3)))!
    expect(first!.args.map(({ name, value }) => [name, value.value])).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ])
    expect(first!.arg('a')?.value).toBe(1)
  })

  test('names outside ASCII are found', () => {
    const [first] = read(message('m', 1, sized([0xc3, 0xa9]), typed.uint32(1)))!
    expect(first!.arg('é')?.value).toBe(1)
    expect(first!.arg('e')).toBeUndefined()
  })

  test('#16 #38 #49 #50 a payload cut short anywhere but between messages is malformed', () => {
    const payload = [...message('first', 1, 'x', typed.true), ...eachType]
    const between = message('first', 1, 'x', typed.true).length
    const accepted = payload.map((_, length) => length).filter((length) => read(payload.slice(0, length)))
    expect(accepted).toEqual([0, between])
  })

  test.each([10, 11, 12, 13, 14, 15])('#51 an argument of type %d is malformed', (type) => {
    expect(read(message('m', 1, 'a', [type]))).toBeUndefined()
  })

  test('#50 lengths far beyond the frame are malformed', () => {
    for (const length of [
      'f0 80 80 80 00',
      'ff f0 fe fe fe fe fe fe fe 0e',
      'ff ff ff ff ff ff ff ff ff ff ff',
    ]) {
      expect(read(hex(length))).toBeUndefined()
      expect(read([...sized('m'), 1, ...hex(length)])).toBeUndefined()
      expect(read(message('m', 1, 'a', [8, ...hex(length)]))).toBeUndefined()
      expect(read(message('m', 1, 'a', [9, ...hex(length), 1, 2, 3]))).toBeUndefined()
    }
  })

  test('a NOTIFY to send is built as HAProxy builds it', () => {
    const value: TypedValue = { type: 'ipv4', value: '127.0.0.1' }
    expect(toHex(encodeNotify(1, 1, [{ name: 'check-client-ip', args: [{ name: 'ip', value }] }]))).toBe(
      toHex(notify()),
    )
    const args = Array.from({ length: 256 }, () => ({ name: 'a', value }))
    expect(() => encodeNotify(1, 1, [{ name: 'm', args }])).toThrow(
      /at most 255 arguments in message 'm', got 256/,
    )
  })

  test('what is encoded is read back the same', () => {
    const value: fc.Arbitrary<TypedValue> = fc.oneof(
      fc.constant<TypedValue>({ type: 'null', value: null }),
      fc.boolean().map((bool): TypedValue => ({ type: 'bool', value: bool })),
      fc.integer().map((int): TypedValue => ({ type: 'int32', value: int })),
      fc.nat(2 ** 32 - 1).map((int): TypedValue => ({ type: 'uint32', value: int })),
      fc
        .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
        .map((int): TypedValue => ({ type: 'int64', value: int })),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((int): TypedValue => ({ type: 'uint64', value: int })),
      fc
        .string({ unit: 'grapheme', maxLength: 300 })
        .map((text): TypedValue => ({ type: 'string', value: text })),
      fc
        .uint8Array({ maxLength: 300 })
        .map((bytes): TypedValue => ({ type: 'binary', value: Buffer.from(bytes) })),
    )
    const args = fc.array(fc.record({ name: fc.string({ unit: 'grapheme' }), value }), { maxLength: 255 })
    const messages = fc.array(fc.record({ name: fc.string(), args }), { maxLength: 4 })
    const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    fc.assert(
      fc.property(id, id, messages, (streamId, frameId, sent) => {
        const parser = new FrameParser(10_000_000)
        parser.push(encodeNotify(streamId, frameId, sent))
        expect(parser.next()).toBe(parsed.frame)
        expect(isNotifyValid(parser, cursor)).toBe(true)
        const view = new NotifyView(parser)
        expect([BigInt(view.streamId), BigInt(view.frameId)]).toEqual([streamId, frameId])
        expect(view.messages.map((one) => ({ name: one.name, args: one.args }))).toEqual(sent)
      }),
      { numRuns: 100 },
    )
  })

  test('#59 random payloads are refused or readable, never an exception', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(fc.nat(eachType.length - 1), fc.nat(255)).map(([at, byte]) => {
        const mutated = Uint8Array.from(eachType)
        mutated[at] = byte
        return mutated
      }),
    )
    fc.assert(
      fc.property(bytes, (payload) => {
        const messages = read([...payload])
        expect(areMessagesValid(new Cursor(Buffer.from(payload)))).toBe(messages !== undefined)
        for (const one of messages ?? []) {
          expect(one.args).toHaveLength(one.argCount)
          for (const { name } of one.args) expect(one.arg(name)).toBeDefined()
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
