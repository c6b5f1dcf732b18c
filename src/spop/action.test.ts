import { describe, expect, test } from 'vitest'

import { encodeAck, readAck, writeAck } from './ack.ts'
import { setVar, unsetVar, variableScope } from './action.ts'
import type { Action, VariableScope } from './action.ts'
import { ByteWriter } from './byte-writer.ts'
import { encodeAgentDisconnect, encodeHaproxyDisconnect, readDisconnect } from './disconnect.ts'
import { encodeFrame } from './frame.ts'
import { FrameParser, parsed } from './frame-parser.ts'
import { statusCode } from './status.ts'
import { frame, haproxyDisconnect, hex, kv, notify, sized, toHex, typed } from './testing.ts'

function view(bytes: Buffer): FrameParser {
  const parser = new FrameParser(1_000_000)
  parser.push(bytes)
  expect(parser.next()).toBe(parsed.frame)
  return parser
}

/** The bytes of a value in a set-var of `req`, name `a`. */
function valueBytes(value: boolean | number | null): string {
  return toHex(encodeAck(0, 0, [setVar('req', 'a', value)])).slice(48)
}

describe('actions', () => {
  test('set-var has three arguments, unset-var two', () => {
    const actions = [setVar('sess', 'ip_score', 50), unsetVar('txn', 'old')]
    const payload = [
      ...hex('01 03 01'),
      ...sized('ip_score'),
      ...hex('02 32'),
      ...hex('02 02 02'),
      ...sized('old'),
    ]
    expect(toHex(encodeAck(1, 1, actions))).toBe(
      toHex(frame({ type: 103, streamId: 1, frameId: 1, payload })),
    )
  })

  test('#52 the scopes are 0 to 4', () => {
    const scopes: VariableScope[] = ['proc', 'sess', 'txn', 'req', 'res']
    expect(scopes.map((scope) => variableScope[scope])).toEqual([0, 1, 2, 3, 4])
    for (const scope of scopes) {
      const expected = frame({ type: 103, payload: [2, 2, variableScope[scope], ...sized('a')] })
      expect(toHex(encodeAck(0, 0, [unsetVar(scope, 'a')]))).toBe(toHex(expected))
    }
  })

  test('#52 what HAProxy would drop is refused, and so nothing behind it is lost', () => {
    // @ts-expect-error: no such scope
    expect(() => setVar('session', 'a', 1)).toThrow(/scope of proc, sess, txn, req or res, got 'session'/)
    for (const name of ['', 'a b', 'a-b', 'é', 'a\u0000'])
      expect(() => setVar('sess', name, 1)).toThrow(/variable name/)
    const forged: Action = { type: 'unset-var', scope: 'txn', name: '' }
    expect(() => encodeAck(1, 1, [setVar('sess', 'a', 1), forged])).toThrow(/variable name/)
    // @ts-expect-error: no such action
    expect(() => encodeAck(1, 1, [{ type: 'add-var', scope: 'txn', name: 'a' }])).toThrow(
      /set-var or unset-var/,
    )
    // @ts-expect-error: no scope of this name, though objects have a property of it
    expect(() => unsetVar('toString', 'a')).toThrow(/scope of proc/)
  })

  test('#53 a name that cannot fit into 63 characters with its scope and a prefix is refused', () => {
    expect(setVar('txn', 'a'.repeat(57), 1).name).toHaveLength(57)
    expect(() => setVar('txn', 'a'.repeat(58), 1)).toThrow(/1 to 57/)
    expect(setVar('sess', 'a'.repeat(56), 1).name).toHaveLength(56)
    expect(() => unsetVar('sess', 'a'.repeat(57))).toThrow(/1 to 56/)
  })

  test('#46 #47 #48 values of actions: true is 11, flags are 0, negative integers are 64 bits', () => {
    expect(valueBytes(true)).toBe('11')
    expect(valueBytes(false)).toBe('01')
    expect(valueBytes(null)).toBe('00')
    expect(valueBytes(-1)).toBe('02 ff f0 fe fe fe fe fe fe fe 0e')
  })

  test('#44 an ACK without actions is legal', () => {
    expect(toHex(encodeAck(240, 1, []))).toBe('00 00 00 08 67 00 00 00 01 f0 00 01')
  })

  test('#35 ids of any size are echoed exactly', () => {
    expect(toHex(encodeAck(2n ** 64n - 1n, 0, []))).toBe(
      toHex(frame({ type: 103, streamId: 2n ** 64n - 1n })),
    )
  })

  test.each([-1, 1.5, 2 ** 53, 2n ** 64n, -1n, Number.NaN])(
    'an id of %d is no unsigned 64-bit integer, or not surely the one that was meant: refused',
    (id) => {
      const refusal = expect.objectContaining({ code: 'invalidArgument' })
      expect(() => encodeAck(id, 1, [])).toThrow(refusal)
      expect(() => encodeAck(1, id, [])).toThrow(refusal)
      expect(() => encodeFrame({ type: 3, streamId: id })).toThrow(refusal)
    },
  )

  test.each([
    { type: -1 },
    { type: 256 },
    { type: 1.5 },
    { type: 3, flags: -1 },
    { type: 3, flags: 2 ** 32 },
  ])('a frame of %o does not fit and is refused', (parts) => {
    expect(() => encodeFrame(parts)).toThrow(expect.objectContaining({ code: 'invalidArgument' }))
  })

  test('#45 an ACK above max-frame-size is refused, one of exactly that size is not', () => {
    const actions = [setVar('txn', 'a', 'x'.repeat(239))]
    const size = encodeAck(1, 1, actions).length - 4
    expect(encodeAck(1, 1, actions, size)).toHaveLength(size + 4)
    expect(() => encodeAck(1, 1, actions, size - 1)).toThrow(expect.objectContaining({ statusCode: 3 }))
  })

  test('an ACK that cannot be written leaves what was written before', () => {
    const writer = new ByteWriter()
    const ids = view(notify(5, 1))
    writeAck(writer, ids, [setVar('txn', 'a', 1)], 256)
    const before = toHex(writer.toBytes())
    const forged: Action = { type: 'unset-var', scope: 'txn', name: '' }
    expect(() => writeAck(writer, ids, [setVar('txn', 'a', 1), forged], 256)).toThrow(/variable name/)
    expect(() => writeAck(writer, ids, [setVar('txn', 'a', 'x'.repeat(300))], 256)).toThrow(
      /at most 256 bytes/,
    )
    expect(toHex(writer.toBytes())).toBe(before)
    expect(before).toBe(toHex(encodeAck(5, 1, [setVar('txn', 'a', 1)])))
  })

  test('an ACK is read back the same', () => {
    const actions = [setVar('proc', 'a', 'é'), unsetVar('res', 'b'), setVar('txn', 'c', -7n)]
    expect(readAck(view(encodeAck(7, 300, actions)))).toEqual({ streamId: 7, frameId: 300, actions })
    for (const payload of [
      '01',
      '01 03',
      '01 02 01 01 61 00',
      '02 02 05 01 61',
      '03 02 01 01 61',
      '01 03 01 01 61 0a',
    ]) {
      expect(readAck(view(frame({ type: 103, payload: hex(payload) })))).toBeUndefined()
    }
  })
})

describe('DISCONNECT', () => {
  test('each status code is a uint32 beside its words', () => {
    for (const code of Object.values(statusCode)) {
      const [agent, haproxy] = [encodeAgentDisconnect(code), encodeHaproxyDisconnect(code)]
      expect(readDisconnect(view(agent))).toEqual({ statusCode: code, message: expect.stringMatching(/\w/) })
      expect(readDisconnect(view(haproxy))?.statusCode).toBe(code)
    }
    expect(toHex(encodeHaproxyDisconnect(0))).toBe(toHex(haproxyDisconnect()))
    const payload = kv('status-code', typed.uint32(3), 'message', typed.string('frame is too big'))
    expect(toHex(encodeAgentDisconnect(3))).toBe(toHex(frame({ type: 102, payload })))
  })

  test('without one of its items, or malformed, it is refused', () => {
    for (const payload of [
      kv('status-code', typed.uint32(0)),
      kv('message', typed.string('x')),
      kv('status-code', typed.string('0'), 'message', typed.string('x')),
      hex('0b'),
    ]) {
      expect(readDisconnect(view(frame({ type: 2, payload })))).toBeUndefined()
    }
  })
})
