import { describe, expect, test } from 'vitest'

import { FrameParser, parsed } from './frame-parser.ts'
import { encodeHaproxyHello, negotiateHello } from './hello.ts'
import type { Hello, HelloOptions } from './hello.ts'
import { frame, haproxyHello, helloItems, hex, kv, notify, toHex, typed } from './testing.ts'
import type { Bytes } from './testing.ts'

const ours: HelloOptions = { maxFrameSize: 16_384, pipelining: true }

function negotiate(bytes: Buffer, options: Partial<HelloOptions> = {}): ReturnType<typeof negotiateHello> {
  const parser = new FrameParser(65_536)
  parser.push(bytes)
  expect(parser.next()).toBe(parsed.frame)
  return negotiateHello(parser, { ...ours, ...options })
}

function accept(bytes: Buffer, options?: Partial<HelloOptions>): { hello: Hello; reply: string } {
  const handshake = negotiate(bytes, options)
  if (!handshake.isAccepted) throw handshake.error
  return { hello: handshake.hello, reply: toHex(handshake.reply) }
}

function refusal(bytes: Buffer): number {
  const handshake = negotiate(bytes)
  return handshake.isAccepted ? -1 : handshake.error.statusCode
}

function agentHello(size: number, capabilities: string): string {
  return toHex(
    frame({
      type: 101,
      payload: kv(
        'version',
        typed.string('2.0'),
        'max-frame-size',
        typed.uint32(size),
        'capabilities',
        typed.string(capabilities),
      ),
    }),
  )
}

const versions: Bytes = kv('supported-versions', typed.string('2.0'))
const size: Bytes = kv('max-frame-size', typed.uint32(16_380))
const capabilities: Bytes = kv('capabilities', typed.string('pipelining'))

describe('HELLO', () => {
  test('#30 #31 the reply has exactly version 2.0, max-frame-size and capabilities, flags FIN, ids 0', () => {
    expect(accept(haproxyHello()).reply).toBe(agentHello(16_380, 'pipelining'))
    expect(accept(haproxyHello(helloItems({ versions: '2.5, 1.0' }))).reply).toBe(
      agentHello(16_380, 'pipelining'),
    )
  })

  test('what was agreed on is told', () => {
    expect(accept(haproxyHello(helloItems({ capabilities: 'pipelining,async' }))).hello).toEqual({
      engineId: 'f0e1d2c3-engine',
      version: '2.0',
      supportedVersions: '2.0',
      maxFrameSize: 16_380,
      peerMaxFrameSize: 16_380,
      capabilities: ['pipelining', 'async'],
      isPipelining: true,
      healthcheck: false,
    })
  })

  test('#18 any other frame first is an invalid frame', () => {
    expect(refusal(notify())).toBe(4)
    expect(refusal(frame({ type: 77 }))).toBe(4)
    expect(refusal(frame({ type: 2 }))).toBe(4)
    expect(refusal(frame({ type: 101 }))).toBe(4)
  })

  test('#20 ids other than 0 are an invalid frame', () => {
    expect(refusal(frame({ type: 1, streamId: 1, payload: helloItems() }))).toBe(4)
    expect(refusal(frame({ type: 1, frameId: 240, payload: helloItems() }))).toBe(4)
  })

  test('#10 a fragmented HELLO is told that fragmentation is not supported', () => {
    expect(refusal(frame({ type: 1, flags: 0, payload: helloItems() }))).toBe(10)
  })

  test('#21 each mandatory item that is missing has its own status code', () => {
    expect(refusal(haproxyHello([...size, ...capabilities]))).toBe(5)
    expect(refusal(haproxyHello([...versions, ...capabilities]))).toBe(6)
    expect(refusal(haproxyHello([...versions, ...size]))).toBe(7)
    expect(refusal(haproxyHello([]))).toBe(5)
  })

  test.each(['2.0', '2.0, 1.5', '1.5,2.0', '  2.0  ', '2.1', '3.0 , 2.9'])(
    '#22 versions "%s" are accepted',
    (list) => {
      expect(accept(haproxyHello(helloItems({ versions: list }))).hello.supportedVersions).toBe(list)
    },
  )

  test.each(['1.5', '3.0', '1.0, 1.5', '20.0'])('#22 versions "%s" are not supported', (list) => {
    expect(refusal(haproxyHello(helloItems({ versions: list })))).toBe(8)
  })

  test.each(['', '2', '2.', '.0', '2.x', 'two', '2.0,', '2.0;1.5', '-2.0', '2.0.1', '2.0\u0000'])(
    '#22 versions "%s" are malformed',
    (list) => {
      expect(refusal(haproxyHello(helloItems({ versions: list })))).toBe(4)
    },
  )

  test('what a peer offered stands in the error on one line, cut short', () => {
    const handshake = negotiate(haproxyHello(helloItems({ versions: `2.\n0${'x'.repeat(10_000)}` })))
    expect(handshake).toMatchObject({
      error: {
        message: expect.stringMatching(
          /^Expected versions such as "2\.0, 1\.5" in HELLO, got '2\.\\n0x{1,100}'/,
        ),
      },
    })
    expect(handshake.isAccepted || handshake.error.message.length).toBeLessThan(250)
  })

  test('#23 max-frame-size below 256 is too small; else the lower of both sides', () => {
    expect(refusal(haproxyHello(helloItems({ size: 0 })))).toBe(9)
    expect(refusal(haproxyHello(helloItems({ size: 255 })))).toBe(9)
    expect(accept(haproxyHello(helloItems({ size: 256 }))).reply).toBe(agentHello(256, 'pipelining'))
    expect(accept(haproxyHello(helloItems({ size: 2 ** 32 - 1 }))).reply).toBe(
      agentHello(16_384, 'pipelining'),
    )
    expect(accept(haproxyHello(), { maxFrameSize: 1_000 }).hello.maxFrameSize).toBe(1_000)
  })

  test('#24 healthcheck TRUE is a health check, FALSE and absent are not', () => {
    const withCheck = (value: Bytes): boolean =>
      accept(haproxyHello([...helloItems(), ...kv('healthcheck', value)])).hello.healthcheck
    expect(withCheck(typed.true)).toBe(true)
    expect(withCheck(typed.false)).toBe(false)
    expect(accept(haproxyHello()).hello.healthcheck).toBe(false)
  })

  test('#25 the HELLO of a health check, with empty capabilities and no engine-id, is accepted', () => {
    const check = kv(
      'supported-versions',
      typed.string('2.0'),
      'max-frame-size',
      typed.uint32(16_380),
      'capabilities',
      typed.string(''),
      'healthcheck',
      typed.true,
    )
    const { hello, reply } = accept(haproxyHello(check))
    expect(hello).toMatchObject({
      engineId: undefined,
      capabilities: [],
      healthcheck: true,
      isPipelining: false,
    })
    expect(reply).toBe(agentHello(16_380, ''))
  })

  test('#26 unknown items of every type are skipped', () => {
    const { string, binary, ipv4, ipv6, uint64 } = typed
    const unknown = kv(
      'x',
      string('y'),
      '',
      typed.null,
      'b',
      binary([1, 2]),
      'i',
      ipv4(1, 2, 3, 4),
      'u',
      uint64(9),
    )
    const six = kv(
      'six',
      ipv6(...Array.from({ length: 16 }, () => 7)),
      't',
      typed.true,
      '__proto__',
      string('z'),
    )
    expect(accept(haproxyHello([...unknown, ...helloItems(), ...six])).reply).toBe(
      agentHello(16_380, 'pipelining'),
    )
  })

  test('#27 the last of two items of one name counts', () => {
    const twice = [...helloItems({ size: 300, versions: '1.0' }), ...helloItems({ size: 400 })]
    expect(accept(haproxyHello(twice)).hello.maxFrameSize).toBe(400)
  })

  test.each([
    ['supported-versions', typed.int32(2)],
    ['max-frame-size', typed.string('16380')],
    ['max-frame-size', typed.int32(16_380)],
    ['max-frame-size', typed.uint64(16_380)],
    ['capabilities', typed.null],
    ['capabilities', typed.binary([1])],
    ['healthcheck', typed.string('true')],
    ['engine-id', typed.uint32(1)],
  ])('#28 %s of another type is an invalid frame', (name, value) => {
    expect(refusal(haproxyHello([...helloItems(), ...kv(name, value)]))).toBe(4)
  })

  test('#28 #16 a HELLO cut short in its items is an invalid frame', () => {
    const items = helloItems()
    const missing = new Map([
      [0, 5],
      [versions.length, 6],
      [versions.length + size.length, 7],
      [versions.length + size.length + capabilities.length, -1],
    ])
    for (let length = 0; length < items.length; length++) {
      expect(refusal(haproxyHello(items.slice(0, length)))).toBe(missing.get(length) ?? 4)
    }
    expect(refusal(haproxyHello([...items, ...hex('01 61')]))).toBe(4)
  })

  test.each([
    ['pipelining', 'pipelining'],
    [' async , pipelining ', 'pipelining'],
    ['pipelining,async,fragmentation', 'pipelining'],
    ['async', ''],
    ['pipelining2', ''],
    ['Pipelining', ''],
    ['pipe lining', ''],
    [',,', ''],
    ['', ''],
  ])('#29 #32 of "%s" we take "%s"', (offered, taken) => {
    expect(accept(haproxyHello(helloItems({ capabilities: offered }))).reply).toBe(agentHello(16_380, taken))
  })

  test('#32 pipelining is not taken where it is not wanted', () => {
    expect(accept(haproxyHello(), { pipelining: false }).reply).toBe(agentHello(16_380, ''))
  })

  test('a HELLO to send is built as HAProxy builds it', () => {
    const engineId = 'f0e1d2c3-engine'
    expect(toHex(encodeHaproxyHello({ engineId }))).toBe(toHex(haproxyHello()))
    expect(accept(encodeHaproxyHello({ healthcheck: true, capabilities: [] })).hello).toMatchObject({
      healthcheck: true,
      capabilities: [],
      engineId: undefined,
    })
  })
})
