import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { setVar } from '../spop/action.ts'
import {
  frame,
  haproxyDisconnect,
  haproxyHello,
  helloItems,
  hex,
  message,
  notify,
  typed,
  u32,
} from '../spop/testing.ts'
import { connectPeer, startWatched } from './testing.ts'
import type { RawPeer } from './testing.ts'

/** Cases per property: few in a test run, many by SPOE_BENCH_FUZZ_RUNS. */
const runs = Number(process.env['SPOE_BENCH_FUZZ_RUNS'] ?? 200)
const timeoutMs = Math.max(20_000, runs * 20)

const valid = [
  notify(1, 1),
  notify(2 ** 40, 7, []),
  notify(
    0,
    1,
    message(
      'types',
      5,
      'a',
      typed.null,
      '',
      typed.true,
      'b',
      typed.int64(2n ** 63n),
      'c',
      typed.ipv6(...Array.from({ length: 16 }, () => 9)),
      'd',
      typed.binary([1, 2, 3]),
    ),
  ),
  frame({ type: 42, payload: hex('00 01 02') }),
] as const

/** Frames that break the rules, each with the status code that the rule has. */
const hostile: readonly (readonly [Buffer, number])[] = [
  ...[0, 1, 5, 6].map((length) => [Buffer.from([0, 0, 0, length, 3, 0, 0, 0, 1, 1]), 4] as const),
  ...[16_381, 65_537, 2 ** 31, 2 ** 32 - 1].map((length) => [Buffer.from(u32(length)), 3] as const),
  ...[1, 101, 102, 103].map((type) => [frame({ type, payload: helloItems() }), 4] as const),
  ...[0, 2].map((flags) => [frame({ type: 3, flags, streamId: 1, frameId: 1 }), 10] as const),
  [frame({ type: 0, flags: 0 }), 10],
  [Buffer.from(hex('00 00 00 07 03 00 00 00 01 f0 80')), 4],
  [notify(1, 1, hex('01')), 4],
  [notify(1, 1, message('m', 9)), 4],
  [notify(1, 1, message('m', 1, 'a', [0x0f])), 4],
  [notify(1, 1, message('m', 1, 'a', hex('08 ff ff ff ff 7f'))), 4],
  [haproxyDisconnect(), 0],
  [frame({ type: 2, payload: hex('0a') }), 4],
]

/** Sends bytes in chunks of random sizes. */
function sendInChunks(peer: RawPeer, bytes: Buffer, sizes: readonly number[]): void {
  let at = 0
  for (const size of sizes) {
    peer.socket.write(bytes.subarray(at, at + size))
    at += size
  }
  peer.socket.write(bytes.subarray(at))
}

/** Type of each frame received, and the status code of a DISCONNECT. */
function summarise(peer: RawPeer): string[] {
  return peer.received.map((bytes) => {
    // Type, flags, two ids of one byte, KV name of 1 + 11 bytes, type: then the code.
    return bytes[0] === 102 ? `DISCONNECT ${bytes[20]}` : bytes[0] === 103 ? 'ACK' : `type ${bytes[0]}`
  })
}

const chunkSizes = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 })

describe('hostile peers', () => {
  test(
    '#59 whatever comes before it, and however it is cut, a hostile frame is told its status code',
    async () => {
      await using watched = await startWatched({ handler: () => [setVar('sess', 'a', 1)] })
      const before = fc.array(fc.constantFrom(...valid), { maxLength: 5 })
      await fc.assert(
        fc.asyncProperty(
          before,
          fc.constantFrom(...hostile),
          fc.uint8Array({ maxLength: 50 }),
          chunkSizes,
          async (frames, [bad, status], after, sizes) => {
            await using peer = await connectPeer(watched.agent)
            sendInChunks(peer, Buffer.concat([haproxyHello(), ...frames, bad, after]), sizes)
            await peer.receiveAll()
            const acks = frames.filter((bytes) => bytes[4] === 3).map(() => 'ACK')
            expect(summarise(peer)).toEqual(['type 101', ...acks, `DISCONNECT ${status}`])
          },
        ),
        { numRuns: runs },
      )
    },
    timeoutMs,
  )

  test(
    '#59 random and mutated bytes: frames stay whole, a DISCONNECT is the last one, and the agent lives',
    async () => {
      const session = Buffer.concat([haproxyHello(), ...valid, haproxyDisconnect()])
      const mutation = fc.record({ at: fc.nat(session.length - 1), byte: fc.nat(255) })
      const mutated = fc.array(mutation, { minLength: 1, maxLength: 4 }).map((mutations) => {
        const bytes = Buffer.from(session)
        for (const { at, byte } of mutations) bytes[at] = byte
        return bytes
      })
      const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
      const behindHello = random.map((bytes) => Buffer.concat([haproxyHello(), bytes]))
      const cut = fc.nat(session.length).map((length) => Buffer.from(session.subarray(0, length)))
      let calls = 0
      await using watched = await startWatched({
        handler: ({ messages, signal }) => {
          // Every byte that a handler can see is looked at, and the outcomes take turns.
          JSON.stringify(messages.map(({ name, args }) => [name, args.length]))
          for (const { args } of messages) for (const { value } of args) String(value.value)
          if (++calls % 4 === 0) throw new Error('handler')
          return calls % 2 === 0 ? [] : Promise.resolve([setVar('txn', 'aborted', signal.aborted)])
        },
      })
      await fc.assert(
        fc.asyncProperty(fc.oneof(mutated, random, behindHello, cut), chunkSizes, async (bytes, sizes) => {
          await using peer = await connectPeer(watched.agent)
          sendInChunks(peer, bytes, sizes)
          peer.socket.end()
          await peer.receiveAll()
          const summary = summarise(peer)
          for (const one of summary.slice(0, -1)) expect(one).toMatch(/^(?:type 101|ACK)$/)
          expect(summary.at(-1) ?? 'type 101').toMatch(/^(?:type 101|ACK|DISCONNECT (?:[03456789]|10))$/)
        }),
        { numRuns: runs },
      )
      await using peer = await connectPeer(watched.agent)
      peer.send(haproxyHello(), notify(1, 1), haproxyDisconnect())
      expect((await peer.receiveAll()).length).toBeGreaterThanOrEqual(2)
      for (const { context } of watched.errors) expect(context.kind).toMatch(/^(?:protocol|handler)$/)
    },
    timeoutMs,
  )
})
