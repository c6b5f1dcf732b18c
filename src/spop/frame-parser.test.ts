import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { encodeFrame } from './frame.ts'
import { FrameParser, frameIdOf, parsed, streamIdOf } from './frame-parser.ts'
import { frame, haproxyDisconnect, haproxyHello, hex, notify, toHex } from './testing.ts'

/** All frames of some chunks as text, and then what became of the stream. */
function parse(chunks: readonly Uint8Array[], maxFrameSize = 65_536): string[] {
  const parser = new FrameParser(maxFrameSize)
  const frames: string[] = []
  for (const chunk of chunks) {
    parser.push(chunk)
    let found = parser.next()
    for (; found === parsed.frame; found = parser.next()) {
      const payload = toHex(parser.bytes.subarray(parser.payloadOffset, parser.end))
      frames.push(`${parser.type} ${parser.flags} ${streamIdOf(parser)} ${frameIdOf(parser)} ${payload}`)
    }
    if (found === parsed.broken) return [...frames, `status code ${parser.error!.statusCode}`]
  }
  return [...frames, parser.isAtBoundary ? 'at a boundary' : 'inside a frame']
}

/** A frame of so many bytes behind its length. */
function frameOf(size: number): Buffer {
  return encodeFrame({ type: 3, streamId: 1, frameId: 1, payload: Buffer.alloc(size - 7) })
}

function readStreamId(streamId: number | bigint): unknown {
  const parser = new FrameParser(256)
  parser.push(encodeFrame({ type: 3, streamId, frameId: 1 }))
  parser.next()
  return streamIdOf(parser)
}

const stream = Buffer.concat([
  haproxyHello(),
  notify(0, 1),
  notify(2n ** 64n - 1n, 264_432, []),
  frame({ type: 3, streamId: 5, payload: Array.from({ length: 300 }, (_, index) => index % 256) }),
  haproxyDisconnect(),
])
const whole = parse([stream])

describe('frame parser', () => {
  test('#2 the length counts what is behind it, most significant byte first', () => {
    expect(parse([Buffer.from(hex('00 00 00 08 03 00 00 00 01 05 07 aa'))])).toEqual([
      '3 1 5 7 aa',
      'at a boundary',
    ])
    expect(parse([Buffer.from(hex('00 00 00 08 03 00 00 00 01 05 07'))])).toEqual(['inside a frame'])
    expect(toHex(encodeFrame({ type: 3, streamId: 5, frameId: 7, payload: Buffer.from([0xaa]) }))).toBe(
      '00 00 00 08 03 00 00 00 01 05 07 aa',
    )
  })

  test('#1 many frames in one chunk come out one by one', () => {
    expect(whole).toHaveLength(6)
    expect(whole[1]).toMatch(/^3 1 0 1 0f 63 68/)
    expect(whole[2]).toBe('3 1 18446744073709551615 264432 ')
    expect(whole.at(-1)).toBe('at a boundary')
  })

  test('#1 one byte at a time gives the same frames', () => {
    expect(parse([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(whole)
  })

  test('#1 every split in two gives the same frames', () => {
    for (let at = 0; at <= stream.length; at++) {
      expect(parse([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole)
    }
  })

  test('#1 any chunking gives the same frames', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 40 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length]
        const chunks = edges.slice(1).map((edge, index) => stream.subarray(edges[index], edge))
        expect(parse(chunks)).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  test('frames in view stay as they are when later ones come', () => {
    const parser = new FrameParser(65_536)
    const views: { bytes: Buffer; before: string }[] = []
    // Cut so that some frames lie in one chunk and others over two.
    const bytes = Buffer.concat([notify(1, 1), notify(3, 1), notify(5, 1), notify(7, 1), notify(9, 1)])
    for (let at = 0; at < bytes.length; at += 60) {
      parser.push(Buffer.from(bytes.subarray(at, at + 60)))
      while (parser.next() === parsed.frame) {
        const view = parser.bytes.subarray(parser.idsOffset, parser.end)
        views.push({ bytes: view, before: toHex(view) })
      }
    }
    expect(views.map((view) => view.bytes[0])).toEqual([1, 3, 5, 7, 9])
    for (const { bytes: now, before } of views) expect(toHex(now)).toBe(before)
  })

  test.each([0, 1, 2, 3, 4, 5, 6])('#3 a length of %d is an invalid frame', (length) => {
    const bytes = Buffer.from([0, 0, 0, length, 3, 0, 0, 0, 1, 0, 0, 0])
    expect(parse([bytes])).toEqual(['status code 4'])
    expect(parse([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['status code 4'])
  })

  test.each(['00 01 00 01', '7f ff ff ff', '80 00 00 00', 'ff ff ff ff', '47 45 54 20'])(
    '#4 a length of %s is too big, known from its four bytes alone',
    (length) => {
      const bytes = Buffer.from(hex(length))
      expect(parse([bytes])).toEqual(['status code 3'])
      expect(parse([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['status code 3'])
    },
  )

  test('#5 a frame of exactly the limit is accepted, one byte more is not', () => {
    expect(parse([frameOf(256)], 256)).toHaveLength(2)
    expect(parse([frameOf(257)], 256)).toEqual(['status code 3'])
    expect(() => encodeFrame({ type: 3, payload: Buffer.alloc(250) }, 256)).toThrow(
      expect.objectContaining({ statusCode: 3 }),
    )
  })

  test('#5 a limit that is lowered between two frames of one chunk counts for the second', () => {
    const parser = new FrameParser(65_536)
    parser.push(Buffer.concat([notify(), frame({ type: 3, payload: Array.from({ length: 300 }, () => 0) })]))
    expect(parser.next()).toBe(parsed.frame)
    parser.maxFrameSize = 256
    expect(parser.next()).toBe(parsed.broken)
    expect(parser.error).toMatchObject({ statusCode: 3 })
  })

  test('#12 reserved flags are kept apart from FIN and ABORT', () => {
    expect(parse([frame({ type: 3, flags: 0xffff_fffd })])).toEqual(['3 4294967293 0 0 ', 'at a boundary'])
  })

  test.each([
    ['STREAM-ID runs over the end', '03 00 00 00 01 f0 80'],
    ['FRAME-ID runs over the end', '03 00 00 00 01 01 f0'],
    ['no FRAME-ID', '03 00 00 00 01 f0 00'],
    ['STREAM-ID of eleven bytes', '03 00 00 00 01 ff f0 fe fe fe fe fe fe fe 8e 00 01'],
    ['FRAME-ID of 2^64', '03 00 00 00 01 01 f0 f1 fe fe fe fe fe fe fe 0e'],
  ])('#15 #16 %s: an invalid frame', (_, body) => {
    const bytes = hex(body)
    expect(parse([Buffer.from([0, 0, 0, bytes.length, ...bytes])])).toEqual(['status code 4'])
  })

  test('a broken stream stays broken', () => {
    const parser = new FrameParser(65_536)
    parser.push(Buffer.alloc(4))
    expect(parser.next()).toBe(parsed.broken)
    parser.push(notify())
    expect(parser.next()).toBe(parsed.broken)
  })

  test('#17 ids are exact numbers up to 2^53 - 1, bigints above', () => {
    for (const id of [0, 239, 240, 2 ** 32, 2 ** 53 - 1, 2n ** 53n, 2n ** 64n - 1n])
      expect(readStreamId(id)).toBe(id)
  })

  test('#59 random bytes give frames or an error, never an exception, and hold no more than one frame', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (chunks) => {
        expect(parse(chunks, 256).at(-1)).toMatch(/^(?:at a boundary|inside a frame|status code [34])$/)
      }),
      { numRuns: 2_000 },
    )
  })
})
