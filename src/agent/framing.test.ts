import { describe, expect, test } from 'vitest'

import {
  agentDisconnectPrefix,
  frame,
  haproxyHello,
  helloItems,
  hex,
  notify,
  toHex,
} from '../spop/testing.ts'
import { connectPeer, greet, startWatched } from './testing.ts'

/** An ACK without actions, as hex without its length. */
function emptyAck(streamId: number | bigint, frameId: number | bigint): string {
  return toHex(frame({ type: 103, streamId, frameId }).subarray(4))
}

/** A frame of unknown type of so many bytes behind its length. */
function skipped(size: number): Buffer {
  return frame({ type: 9, payload: Array.from({ length: size - 7 }, () => 0) })
}

describe('framing on a connection', () => {
  test('#1 #42 HELLO and NOTIFYs are answered alike, byte by byte or all in one chunk', async () => {
    await using watched = await startWatched()
    const bytes = Buffer.concat([haproxyHello(), notify(1, 1), notify(3, 1, []), notify(5, 2)])
    const answers: string[][] = []
    for (const chunks of [[bytes], Array.from(bytes, (byte) => Buffer.of(byte))]) {
      await using peer = await connectPeer(watched.agent)
      for (const chunk of chunks) {
        peer.socket.write(chunk)
        await new Promise(setImmediate)
      }
      answers.push(await peer.receive(4))
    }
    expect(answers[0]!.slice(1)).toEqual([emptyAck(1, 1), emptyAck(3, 1), emptyAck(5, 2)])
    expect(answers[1]).toEqual(answers[0])
    expect(watched.errors).toEqual([])
  })

  test('#2 a HELLO that comes split is answered once it is whole', async () => {
    await using watched = await startWatched()
    const hello = haproxyHello()
    for (const at of [1, 3, 4, 5, 20, hello.length - 1]) {
      await using peer = await connectPeer(watched.agent)
      peer.socket.write(hello.subarray(0, at))
      await new Promise(setImmediate)
      expect(peer.frames).toEqual([])
      peer.socket.write(hello.subarray(at))
      expect((await peer.receive(1))[0]).toMatch(/^65 00 00 00 01 00 00 /)
    }
  })

  test.each([0, 1, 6])('#3 a length of %d is told status code 4', async (length) => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    peer.send(Buffer.from([0, 0, 0, length, 0, 0, 0, 0, 0, 0, 0]))
    expect((await peer.receiveAll())[1]).toContain(agentDisconnectPrefix(4))
    expect(watched.errors).toMatchObject([{ error: { statusCode: 4 }, context: { kind: 'protocol' } }])
  })

  test('#4 a length above our own max-frame-size is told status code 3 before HELLO', async () => {
    await using watched = await startWatched({ limits: { maxFrameSize: 512 } })
    await using peer = await connectPeer(watched.agent)
    peer.send(Buffer.from([0, 0, 2, 1]))
    expect(await peer.receiveAll()).toEqual([expect.stringContaining(agentDisconnectPrefix(3))])
  })

  test('#5 the negotiated max-frame-size is accepted, one byte more is told status code 3', async () => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent, haproxyHello(helloItems({ size: 300 })))
    peer.send(skipped(300), notify(1, 1), skipped(301), notify(3, 1))
    const frames = await peer.receiveAll()
    expect(frames.slice(1)).toEqual([emptyAck(1, 1), expect.stringContaining(agentDisconnectPrefix(3))])
  })

  test('#6 the end in the middle of a frame is a quiet close', async () => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    peer.socket.end(notify().subarray(0, 10))
    expect(await peer.receiveAll()).toHaveLength(1)
    expect(watched.errors).toEqual([])
  })

  test('#7 each chunk that the peer sees holds whole frames', async () => {
    await using watched = await startWatched({ handler: () => Promise.resolve([]) })
    await using peer = await greet(watched.agent)
    for (let streamId = 1; streamId < 100; streamId += 2) peer.send(notify(streamId, 1))
    await peer.receive(51)
    for (const chunk of peer.chunks) {
      let at = 0
      while (at < chunk.length) at += 4 + chunk.readUInt32BE(at)
      expect(at).toBe(chunk.length)
    }
  })

  test('#8 frames of unknown types are skipped after HELLO', async () => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    const unknown = [4, 50, 100, 104, 255].map((type) => frame({ type, flags: 0, payload: hex('de ad') }))
    peer.send(...unknown, notify(1, 1))
    expect((await peer.receive(2))[1]).toBe(emptyAck(1, 1))
  })

  test.each([101, 102, 103])(
    '#9 a frame of type %d, which is ours to send, is told status code 4',
    async (type) => {
      await using watched = await startWatched()
      await using peer = await greet(watched.agent)
      peer.send(frame({ type }))
      expect((await peer.receiveAll())[1]).toContain(agentDisconnectPrefix(4))
    },
  )

  test.each([
    ['NOTIFY', frame({ type: 3, flags: 0, streamId: 1, frameId: 1 })],
    ['NOTIFY with ABORT but no FIN', frame({ type: 3, flags: 2, streamId: 1, frameId: 1 })],
    ['UNSET', frame({ type: 0, flags: 0, streamId: 1, frameId: 1 })],
    ['UNSET with FIN, the last of fragments that never were', frame({ type: 0, streamId: 1, frameId: 1 })],
  ])('#10 a fragment is told status code 10: %s', async (_, bytes) => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    peer.send(bytes)
    expect((await peer.receiveAll())[1]).toContain(agentDisconnectPrefix(10))
  })

  test('#10 #29 fragmentation and async are never taken', async () => {
    await using watched = await startWatched()
    await using peer = await greet(
      watched.agent,
      haproxyHello(helloItems({ capabilities: 'fragmentation,pipelining,async' })),
    )
    expect(Buffer.concat(peer.chunks).toString('latin1')).not.toMatch(/fragmentation|async/)
  })

  test('#12 reserved flags are ignored', async () => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    peer.send(frame({ type: 3, flags: 0xffff_fffd, streamId: 1, frameId: 1 }))
    expect((await peer.receive(2))[1]).toBe(emptyAck(1, 1))
  })

  test.each([
    ['#16 truncated STREAM-ID', hex('03 00 00 00 01 f0 80')],
    ['#15 FRAME-ID of more than 64 bits', hex('03 00 00 00 01 00 ff ff ff ff ff ff ff ff ff ff ff 00')],
    ['#38 fewer arguments than NB-ARGS', hex('03 00 00 00 01 01 01 01 61 02 01 62 11')],
    ['#49 IPv4 of three bytes', hex('03 00 00 00 01 01 01 01 61 01 01 62 06 7f 00 00')],
    ['#50 string beyond the frame', hex('03 00 00 00 01 01 01 01 61 01 01 62 08 05 61 62')],
    ['#51 typed data of type 12', hex('03 00 00 00 01 01 01 01 61 01 01 62 0c 00')],
  ])('%s in NOTIFY is told status code 4', async (_, body) => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    peer.send(Buffer.from([0, 0, 0, body.length, ...body]))
    expect((await peer.receiveAll())[1]).toContain(agentDisconnectPrefix(4))
  })
})
