import { once } from 'node:events'
import { describe, expect, test } from 'vitest'

import { setVar } from '../spop/action.ts'
import type { Action } from '../spop/action.ts'
import { agentDisconnectPrefix, frame, notify, toHex } from '../spop/testing.ts'
import { startAgent } from './server.ts'
import { connectPeer, greet, startWatched } from './testing.ts'

function ack(streamId: number, frameId: number): string {
  return toHex(frame({ type: 103, streamId, frameId }).subarray(4))
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('limits', () => {
  test('#58 one connection too many is told status code 13; those that are open go on', async () => {
    await using watched = await startWatched({ limits: { connections: 2 } })
    await using first = await greet(watched.agent)
    await using second = await greet(watched.agent)
    await using third = await connectPeer(watched.agent)
    expect(await third.receiveAll()).toEqual([expect.stringContaining(agentDisconnectPrefix(13))])
    expect(watched.errors).toMatchObject([
      { error: { code: 'tooManyConnections' }, context: { kind: 'limit' } },
    ])
    expect(watched.agent.connections).toBe(2)
    first.send(notify(1, 1))
    expect(await first.receive(2)).toHaveLength(2)
    second.socket.destroy()
    await until(() => watched.agent.connections === 1)
    await using fourth = await greet(watched.agent)
    expect(fourth.frames).toHaveLength(1)
  })

  test('#58 connections that are refused and linger are bounded as well: the rest is dropped without a word', async () => {
    await using watched = await startWatched({ limits: { connections: 1 } })
    await using first = await greet(watched.agent)
    // They keep their own side open, so that the agent has to keep the one it refused in words.
    const peers = await Promise.all([1, 2, 3].map(() => connectPeer(watched.agent, { allowHalfOpen: true })))
    const frames = await Promise.all(peers.map((peer) => peer.receiveAll()))
    expect(frames.flat()).toEqual([expect.stringContaining(agentDisconnectPrefix(13))])
    expect(first.hasEnded).toBe(false)
    for (const peer of peers) await peer[Symbol.asyncDispose]()
  })

  test('#58 at the in-flight cap nothing more is read until a handler answers', async () => {
    const resolves: ((actions: readonly Action[]) => void)[] = []
    await using watched = await startWatched({
      limits: { inFlightPerConnection: 2 },
      handler: () => new Promise((resolve) => resolves.push(resolve)),
    })
    await using peer = await greet(watched.agent)
    peer.send(...[1, 3, 5, 7, 9].map((streamId) => notify(streamId, 1)))
    await until(() => resolves.length === 2)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(resolves).toHaveLength(2)
    for (let answered = 0; answered < 5; answered++) {
      resolves[answered]!([])
      await peer.receive(answered + 2)
      expect(resolves).toHaveLength(Math.min(5, answered + 3))
    }
    expect(peer.frames.slice(1)).toEqual([1, 3, 5, 7, 9].map((streamId) => ack(streamId, 1)))
  })

  test('a connection without traffic is told status code 2', async () => {
    await using watched = await startWatched({ limits: { idleTimeoutMs: 20 } })
    await using peer = await greet(watched.agent)
    expect((await peer.receiveAll())[1]).toContain(agentDisconnectPrefix(2))
    expect(watched.errors).toMatchObject([{ error: { statusCode: 2 }, context: { kind: 'timeout' } }])
  })

  test('a connection is not idle while a handler is at work', async () => {
    await using watched = await startWatched({
      limits: { idleTimeoutMs: 5 },
      handler: () => new Promise((resolve) => setTimeout(() => resolve([]), 40)),
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    expect((await peer.receive(2))[1]).toBe(ack(1, 1))
  })

  test('a handler that never answers is given up: its signal aborts, an empty ACK goes out, others go on', async () => {
    const signals: AbortSignal[] = []
    await using watched = await startWatched({
      limits: { handlerTimeoutMs: 20, inFlightPerConnection: 2 },
      handler: ({ streamId, signal }) => {
        if (streamId === 9) return []
        signals.push(signal)
        return new Promise(() => {})
      },
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1), notify(3, 1), notify(5, 1), notify(9, 1))
    const frames = await peer.receive(5)
    expect(frames.slice(1).toSorted()).toEqual([ack(1, 1), ack(3, 1), ack(5, 1), ack(9, 1)])
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true])
    expect(watched.errors).toHaveLength(3)
    expect(watched.errors[0]).toMatchObject({
      error: { code: 'handlerTimeout' },
      context: { kind: 'handler', streamId: 1 },
    })
  })

  test('an answer after its handler was given up is discarded', async () => {
    const late: ((actions: readonly Action[]) => void)[] = []
    await using watched = await startWatched({
      limits: { handlerTimeoutMs: 10 },
      handler: ({ streamId }) => (streamId === 1 ? new Promise((resolve) => late.push(resolve)) : []),
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    await peer.receive(2)
    late[0]!([setVar('sess', 'a', 1)])
    await new Promise(setImmediate)
    peer.send(notify(3, 1))
    expect((await peer.receive(3)).slice(1)).toEqual([ack(1, 1), ack(3, 1)])
  })

  test('a peer that does not read stops being read, and our memory stays bounded', async () => {
    const value = 'x'.repeat(10_000)
    let calls = 0
    await using watched = await startWatched({
      handler: () => {
        calls++
        return [setVar('txn', 'big', value)]
      },
    })
    await using peer = await greet(watched.agent)
    peer.socket.pause()
    const batch = Buffer.concat(Array.from({ length: 1_000 }, (_, index) => notify(2 * index + 1, 1)))
    const sent = 3_000
    // Three batches ask for 30 MB of ACKs.
    for (let left = 3; left > 0; left--) peer.socket.write(batch)
    let before = -1
    while (calls !== before) {
      before = calls
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    // What is out: the system's socket buffers (a few MB at most) and one batch of ours.
    expect(calls * value.length).toBeLessThan(20_000_000)
    peer.socket.resume()
    await peer.waitFor(sent + 1)
    expect(peer.received).toHaveLength(sent + 1)
    expect(calls).toBe(sent)
    expect(watched.errors).toEqual([])
  })

  test('a peer that does not read for good is closed when idle', async () => {
    await using watched = await startWatched({
      limits: { idleTimeoutMs: 50 },
      handler: () => [setVar('txn', 'big', 'x'.repeat(10_000))],
    })
    await using peer = await greet(watched.agent)
    peer.socket.pause()
    peer.send(...Array.from({ length: 2_000 }, (_, index) => notify(2 * index + 1, 1)))
    await until(() => watched.errors.length > 0)
    await until(() => watched.agent.connections === 0)
    expect(watched.errors).toMatchObject([{ error: { statusCode: 2 }, context: { kind: 'timeout' } }])
  })

  test('without onError, an error of the handler becomes a process warning', async () => {
    await using agent = await startAgent({
      handler: () => {
        throw new Error('nobody listens')
      },
    })
    await using peer = await greet(agent)
    const warned = once(process, 'warning')
    peer.send(notify(1, 1))
    expect(await warned).toEqual([new Error('nobody listens')])
    expect((await peer.receive(2))[1]).toBe(ack(1, 1))
  })
})
