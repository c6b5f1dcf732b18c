import { describe, expect, test } from 'vitest'

import type { Hello } from '../spop/hello.ts'
import {
  agentDisconnectPrefix,
  frame,
  haproxyDisconnect,
  haproxyHello,
  helloItems,
  kv,
  notify,
  typed,
} from '../spop/testing.ts'
import type { Bytes } from '../spop/testing.ts'
import { connectPeer, greet, startWatched } from './testing.ts'

const checkItems: Bytes = kv(
  'supported-versions',
  typed.string('2.0'),
  'max-frame-size',
  typed.uint32(16_380),
  'capabilities',
  typed.string(''),
  'healthcheck',
  typed.true,
)

describe('handshake on a connection', () => {
  test.each([
    ['#34 NOTIFY', notify(), 4],
    ['#18 HAPROXY-DISCONNECT', haproxyDisconnect(), 4],
    ['#18 a frame of unknown type', frame({ type: 77 }), 4],
    ['#20 HELLO with a STREAM-ID', frame({ type: 1, streamId: 1, payload: helloItems() }), 4],
    ['#10 a fragmented HELLO', frame({ type: 1, flags: 0, payload: helloItems() }), 10],
    ['#21 HELLO without items', haproxyHello([]), 5],
    ['#22 HELLO of version 1.5', haproxyHello(helloItems({ versions: '1.5' })), 8],
    ['#22 HELLO of version x', haproxyHello(helloItems({ versions: 'x' })), 4],
    ['#23 HELLO with max-frame-size 255', haproxyHello(helloItems({ size: 255 })), 9],
    ['#28 HELLO with a size that is a string', haproxyHello(kv('max-frame-size', typed.string('9'))), 4],
  ])('#33 %s first is told its status code and closed, and no handler runs', async (_, bytes, status) => {
    let calls = 0
    await using watched = await startWatched({
      handler: () => {
        calls++
        return []
      },
    })
    await using peer = await connectPeer(watched.agent)
    peer.send(bytes, notify())
    expect(await peer.receiveAll()).toEqual([expect.stringContaining(agentDisconnectPrefix(status))])
    expect(calls).toBe(0)
    expect(watched.errors).toMatchObject([{ error: { statusCode: status }, context: { kind: 'protocol' } }])
  })

  test('#19 a second HELLO is told status code 4', async () => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    peer.send(haproxyHello())
    expect((await peer.receiveAll())[1]).toContain(agentDisconnectPrefix(4))
  })

  test('#24 #25 a health check gets AGENT-HELLO and then the end, no DISCONNECT', async () => {
    const hellos: Hello[] = []
    await using watched = await startWatched({ onHello: (hello) => hellos.push(hello) })
    await using peer = await connectPeer(watched.agent)
    peer.send(haproxyHello(checkItems))
    expect(await peer.receiveAll()).toEqual([expect.stringMatching(/^65 00 00 00 01 00 00 07 76 65 72/)])
    expect(hellos).toMatchObject([{ healthcheck: true, engineId: undefined }])
    expect(watched.errors).toEqual([])
  })

  test('#24 healthcheck FALSE is a connection like any other', async () => {
    await using watched = await startWatched()
    await using peer = await greet(
      watched.agent,
      haproxyHello([...helloItems(), ...kv('healthcheck', typed.false)]),
    )
    peer.send(notify(1, 1))
    expect(await peer.receive(2)).toHaveLength(2)
  })

  test('#58 without a whole HELLO in time, status code 2', async () => {
    await using watched = await startWatched({ limits: { handshakeTimeoutMs: 20 } })
    await using silent = await connectPeer(watched.agent)
    await using slow = await connectPeer(watched.agent)
    slow.send(haproxyHello().subarray(0, 30))
    for (const peer of [silent, slow]) {
      expect(await peer.receiveAll()).toEqual([expect.stringContaining(agentDisconnectPrefix(2))])
    }
    expect(watched.errors).toMatchObject([
      { error: { statusCode: 2 }, context: { kind: 'timeout' } },
      { error: { statusCode: 2 }, context: { kind: 'timeout' } },
    ])
  })

  test('a listener that throws does not break the connection', async () => {
    await using watched = await startWatched({
      onHello: () => {
        throw new Error('from onHello')
      },
    })
    const uncaught = new Promise<Error>((resolve) => {
      const listeners = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      process.once('uncaughtException', (error) => {
        for (const listener of listeners) process.on('uncaughtException', listener)
        resolve(error)
      })
    })
    await using peer = await connectPeer(watched.agent)
    peer.send(haproxyHello(), notify(1, 1))
    expect(await peer.receive(2)).toHaveLength(2)
    expect(await uncaught).toMatchObject({ message: 'from onHello' })
  })
})
