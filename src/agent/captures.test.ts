import * as fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

import { Cursor } from '../spop/cursor.ts'
import { encodeHaproxyDisconnect, readDisconnect } from '../spop/disconnect.ts'
import { encodeFrame } from '../spop/frame.ts'
import { FrameParser, frameIdOf, parsed, streamIdOf } from '../spop/frame-parser.ts'
import { encodeHaproxyHello, negotiateHello } from '../spop/hello.ts'
import { encodeNotify, isNotifyValid, NotifyView } from '../spop/notify.ts'
import { haproxyDisconnect, haproxyHello, notify } from '../spop/testing.ts'
import { connectPeer, greet, startWatched } from './testing.ts'

const folder = fileURLToPath(new URL('../../fixtures/frames/', import.meta.url))
const releases = readdirSync(folder).filter((name) => /^\d+\.\d+$/.test(name))

function frames(release: string): string[] {
  return readdirSync(`${folder}${release}`).flatMap((name) =>
    name.endsWith('.hex') ? name.slice(0, -4) : [],
  )
}

function capture(release: string, name: string): Buffer {
  return Buffer.from(readFileSync(`${folder}${release}/${name}.hex`, 'latin1').replaceAll('\n', ''), 'hex')
}

function view(bytes: Buffer): FrameParser {
  const parser = new FrameParser(65_536)
  parser.push(bytes)
  expect(parser.next()).toBe(parsed.frame)
  expect(parser.isAtBoundary).toBe(true)
  return parser
}

function negotiate(bytes: Buffer): Extract<ReturnType<typeof negotiateHello>, { isAccepted: true }> {
  const handshake = negotiateHello(view(bytes), { maxFrameSize: 65_536, pipelining: true })
  if (!handshake.isAccepted) throw handshake.error
  return handshake
}

test('there are captures of the releases of both dialects', () => {
  expect(releases).toEqual(expect.arrayContaining(['2.6', '3.0', '3.2', '3.4']))
})

describe.each(releases)('frames of HAProxy %s', (release) => {
  test.each(frames(release))('%s is the same after decoding and encoding', (name) => {
    const bytes = capture(release, name)
    const parser = view(bytes)
    const payload = parser.bytes.subarray(parser.payloadOffset, parser.end)
    const { type, flags } = parser
    const again = encodeFrame({
      type,
      flags,
      streamId: streamIdOf(parser),
      frameId: frameIdOf(parser),
      payload,
    })
    expect(again).toEqual(bytes)
  })

  test('NOTIFY is the same after decoding every value and encoding it', () => {
    const bytes = capture(release, 'notify')
    const parser = view(bytes)
    expect(isNotifyValid(parser, new Cursor(Buffer.alloc(0)))).toBe(true)
    const { streamId, frameId, messages } = new NotifyView(parser)
    expect(encodeNotify(streamId, frameId, messages)).toEqual(bytes)
  })

  test('NOTIFY says what the configuration had it say', () => {
    const { messages } = new NotifyView(view(capture(release, 'notify')))
    expect(messages.map(({ name, argCount }) => [name, argCount])).toEqual([
      ['every-type', 19],
      ['second', 2],
      ['no-args', 0],
    ])
    expect(messages[0]!.args.map(({ name, value }) => [name, value.type, value.value])).toEqual([
      ['null', 'null', null],
      ['yes', 'bool', true],
      ['no', 'bool', false],
      ['int', 'int64', 50n],
      ['negative', 'int64', -5n],
      ['edge', 'int64', 2287n],
      ['max', 'int64', 2n ** 63n - 1n],
      ['min', 'int64', -(2n ** 63n)],
      ['ipv4', 'ipv4', '192.0.2.1'],
      ['ipv6', 'ipv6', '2001:db8::1'],
      ['text', 'string', 'hello'],
      ['empty', 'string', ''],
      ['raw', 'string', '\uFFFD(\uFFFD'],
      ['long', 'string', 'x'.repeat(300)],
      ['method', 'string', 'GET'],
      ['binary', 'binary', Buffer.from('00ff80c328', 'hex')],
      ['twice', 'int64', 1n],
      ['twice', 'int64', 2n],
      ['', 'ipv4', '127.0.0.1'],
    ])
    expect(messages[0]!.arg('raw')).toMatchObject({ bytes: Buffer.from('c328ff', 'hex') })
    expect(messages[1]!.arg('src')).toEqual({ type: 'ipv4', value: '127.0.0.1' })
    expect(messages[1]!.arg('port')?.type).toBe('int64')
  })

  test('HELLO is the same after the handshake and encoding', () => {
    const bytes = capture(release, 'hello')
    const { hello } = negotiate(bytes)
    const { engineId, capabilities, supportedVersions, peerMaxFrameSize, isPipelining } = hello
    expect({ supportedVersions, peerMaxFrameSize, isPipelining }).toEqual({
      supportedVersions: '2.0',
      peerMaxFrameSize: 16_380,
      isPipelining: true,
    })
    expect(capabilities).toEqual(Number(release) <= 3 ? ['pipelining', 'async'] : ['pipelining'])
    expect(encodeHaproxyHello({ capabilities, engineId: engineId! })).toEqual(bytes)
  })

  test('#25 the HELLO of a health check has no capabilities and no engine-id', () => {
    const bytes = capture(release, 'health-check')
    expect(negotiate(bytes).hello).toMatchObject({ capabilities: [], engineId: undefined, healthcheck: true })
    expect(encodeHaproxyHello({ capabilities: [], healthcheck: true })).toEqual(bytes)
  })

  test('DISCONNECT is the same after decoding and encoding', () => {
    const bytes = capture(release, 'disconnect')
    const { statusCode, message } = readDisconnect(view(bytes))!
    expect({ statusCode, message }).toEqual({ statusCode: 8, message: 'unsupported version' })
    expect(encodeHaproxyDisconnect(statusCode, message)).toEqual(bytes)
  })

  test('the agent answers them all', async () => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent, capture(release, 'hello'))
    peer.send(capture(release, 'notify'), capture(release, 'disconnect'))
    expect((await peer.receiveAll()).map((bytes) => bytes.slice(0, 2))).toEqual(['65', '67', '66'])
    await using check = await greet(watched.agent, capture(release, 'health-check'))
    expect(await check.receiveAll()).toHaveLength(1)
    expect(watched.errors).toEqual([])
  })
})

describe.each(releases.filter((release) => frames(release).includes('unset-abort')))(
  'ABORT of HAProxy %s',
  (release) => {
    test('#11 it is taken without an answer, and the connection goes on', async () => {
      await using watched = await startWatched()
      await using peer = await greet(watched.agent)
      peer.send(capture(release, 'unset-abort'), notify(1, 1))
      expect((await peer.receive(2))[1]).toMatch(/^67 00 00 00 01 01 01/)
      expect(watched.errors).toEqual([])
    })
  },
)

test('#59 mutated captures: frames stay whole, and the agent lives', async () => {
  const runs = Number(process.env['SPOE_BENCH_FUZZ_RUNS'] ?? 200)
  const order = ['hello', 'notify', 'unset-abort', 'disconnect', 'health-check']
  const sessions = releases.map((release) => {
    const names = order.filter((name) => frames(release).includes(name))
    return Buffer.concat(names.map((name) => capture(release, name)))
  })
  const mutation = fc.record({ at: fc.nat(1_000), byte: fc.nat(255) })
  const mutated = fc
    .tuple(fc.constantFrom(...sessions), fc.array(mutation, { minLength: 1, maxLength: 5 }))
    .map(([session, mutations]) => {
      const bytes = Buffer.from(session)
      for (const { at, byte } of mutations) bytes[at % bytes.length] = byte
      return bytes
    })
  await using watched = await startWatched({
    handler: ({ messages }) => {
      for (const { args } of messages) for (const { value } of args) String(value.value)
      return []
    },
  })
  await fc.assert(
    fc.asyncProperty(mutated, async (bytes) => {
      await using peer = await connectPeer(watched.agent)
      peer.socket.end(bytes)
      await peer.receiveAll()
      for (const received of peer.received) expect([101, 102, 103]).toContain(received[0])
      expect(peer.received.findLastIndex((received) => received[0] === 102)).toBeOneOf([
        -1,
        peer.received.length - 1,
      ])
    }),
    { numRuns: runs },
  )
  await using peer = await greet(watched.agent, haproxyHello())
  peer.send(notify(1, 1), haproxyDisconnect())
  expect(await peer.receiveAll()).toHaveLength(3)
  for (const { context } of watched.errors) expect(context.kind).toBe('protocol')
}, 1_000_000)
