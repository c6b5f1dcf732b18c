import { once } from 'node:events'
import { describe, expect, test } from 'vitest'

import { setVar } from '../spop/action.ts'
import type { Action } from '../spop/action.ts'
import { agentDisconnectPrefix, frame, haproxyDisconnect, hex, kv, notify, typed } from '../spop/testing.ts'
import { startAgent } from './server.ts'
import { connectPeer, greet, startWatched } from './testing.ts'

/** A handler whose answers are given by hand. */
function byHand(): {
  handler: (notify: { readonly signal: AbortSignal }) => Promise<readonly Action[]>
  readonly signals: AbortSignal[]
  answer: () => void
} {
  const resolves: ((actions: readonly Action[]) => void)[] = []
  const signals: AbortSignal[] = []
  return {
    handler: ({ signal }) => {
      signals.push(signal)
      return new Promise((resolve) => resolves.push(resolve))
    },
    signals,
    answer: () => resolves.splice(0).forEach((resolve) => resolve([])),
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('life of a connection', () => {
  test('#54 HAPROXY-DISCONNECT gets AGENT-DISCONNECT 0 and the end, and nothing after', async () => {
    const { handler, signals, answer } = byHand()
    const disconnects: unknown[] = []
    await using watched = await startWatched({ handler, onDisconnect: (...args) => disconnects.push(args) })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1), haproxyDisconnect(1, 'I/O error'), notify(3, 1))
    await until(() => signals[0]?.aborted === true)
    answer()
    expect((await peer.receiveAll()).slice(1)).toEqual([expect.stringContaining(agentDisconnectPrefix(0))])
    expect(signals).toHaveLength(1)
    expect(disconnects).toEqual([[{ statusCode: 1, message: 'I/O error' }, 'f0e1d2c3-engine']])
    expect(watched.errors).toEqual([])
  })

  test('#54 ACKs of the same chunk go out before it', async () => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1), haproxyDisconnect())
    expect((await peer.receiveAll()).map((bytes) => bytes.slice(0, 2))).toEqual(['65', '67', '66'])
  })

  test('a malformed HAPROXY-DISCONNECT is told status code 4', async () => {
    await using watched = await startWatched()
    for (const payload of [hex('0b'), kv('status-code', typed.uint32(0))]) {
      await using peer = await greet(watched.agent)
      peer.send(frame({ type: 2, payload }))
      expect((await peer.receiveAll())[1]).toContain(agentDisconnectPrefix(4))
    }
  })

  test('#55 a reset without DISCONNECT is normal, and handlers at work are told', async () => {
    const { handler, signals, answer } = byHand()
    await using watched = await startWatched({ handler })
    const peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    await until(() => signals.length === 1)
    peer.socket.resetAndDestroy()
    await until(() => watched.agent.connections === 0)
    expect(signals[0]!.aborted).toBe(true)
    answer()
    await new Promise(setImmediate)
    expect(watched.errors).toEqual([])
  })

  test('#56 an answer after the peer has closed is discarded', async () => {
    const { handler, signals, answer } = byHand()
    await using watched = await startWatched({ handler })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    await until(() => signals.length === 1)
    peer.socket.end()
    await until(() => signals[0]!.aborted)
    answer()
    expect(await peer.receiveAll()).toHaveLength(1)
    expect(watched.errors).toEqual([])
  })

  test('#56 a rejection after the peer has closed is discarded', async () => {
    await using watched = await startWatched({
      handler: ({ signal }) => once(signal, 'abort').then(() => Promise.reject(new Error('too late'))),
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    peer.socket.end()
    await peer.receiveAll()
    await until(() => watched.agent.connections === 0)
    expect(watched.errors).toEqual([])
  })

  test('a signal asked for only after the connection is gone is aborted already', async () => {
    let late: AbortSignal | undefined
    await using watched = await startWatched({
      handler: async (one) => {
        await until(() => watched.agent.connections === 0)
        late = one.signal
        return []
      },
    })
    const peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    await new Promise((resolve) => setTimeout(resolve, 5))
    peer.socket.resetAndDestroy()
    await until(() => late !== undefined)
    expect(late!.aborted).toBe(true)
  })
})

describe('closing the agent', () => {
  test('#57 it stops accepting, ACKs of handlers at work go out, then DISCONNECT 0 and the end', async () => {
    const { handler, signals, answer } = byHand()
    const { agent } = await startWatched({ handler })
    await using busy = await greet(agent)
    await using idle = await greet(agent)
    await using unborn = await connectPeer(agent)
    busy.send(notify(1, 1), notify(3, 1))
    await until(() => signals.length === 2)
    const closed = agent.close()
    expect((await idle.receiveAll()).slice(1)).toEqual([expect.stringContaining(agentDisconnectPrefix(0))])
    expect(await unborn.receiveAll()).toEqual([expect.stringContaining(agentDisconnectPrefix(0))])
    await expect(connectPeer(agent)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(busy.frames).toHaveLength(1)
    answer()
    const frames = await busy.receiveAll()
    expect(frames.map((bytes) => bytes.slice(0, 2))).toEqual(['65', '67', '67', '66'])
    await closed
    expect(agent.connections).toBe(0)
  })

  test('#57 a handler that never answers holds it up only to the deadline', async () => {
    const { handler, signals } = byHand()
    const { agent } = await startWatched({ handler })
    await using peer = await greet(agent)
    peer.send(notify(1, 1))
    await until(() => signals.length === 1)
    await agent.close({ deadlineMs: 20 })
    expect(signals[0]!.aborted).toBe(true)
    expect(agent.connections).toBe(0)
    expect(await peer.receiveAll()).toHaveLength(1)
  })

  test('#57 a peer that reads late still gets all of its ACKs and the DISCONNECT', async () => {
    const { agent } = await startWatched({ handler: () => [setVar('txn', 'big', 'x'.repeat(10_000))] })
    await using peer = await greet(agent)
    peer.socket.pause()
    const sent = 500
    peer.send(...Array.from({ length: sent }, (_, index) => notify(2 * index + 1, 1)))
    // Until the agent waits for the peer: the system's buffers are full, more of ours waits behind them.
    await new Promise((resolve) => setTimeout(resolve, 100))
    const closed = agent.close({ deadlineMs: 20_000 })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    peer.socket.resume()
    const types = (await peer.receiveAll()).map((bytes) => bytes.slice(0, 2))
    await closed
    expect(types.at(-1)).toBe('66')
  })

  test('#57 a handler may close the agent: its own ACK goes out first', async () => {
    const watched = await startWatched({
      handler: () => {
        void watched.agent.close()
        return []
      },
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    expect((await peer.receiveAll()).map((bytes) => bytes.slice(0, 2))).toEqual(['65', '67', '66'])
    await watched.agent.close()
  })

  test.each([Number.NaN, Infinity, -1, 1.5, 2 ** 31])(
    'a deadline of %d ms is refused, and the agent goes on',
    async (deadlineMs) => {
      await using agent = await startAgent({ handler: () => [] })
      await expect(agent.close({ deadlineMs })).rejects.toMatchObject({ code: 'invalidOption' })
      await using peer = await greet(agent)
      expect(peer.hasEnded).toBe(false)
    },
  )

  test('closing twice waits for the same end; `await using` closes', async () => {
    const first = await startAgent({ handler: () => [] })
    await Promise.all([first.close(), first.close(), first[Symbol.asyncDispose]()])
    let port: number
    {
      await using second = await startAgent({ handler: () => [] })
      port = second.port
      expect(second).toMatchObject({ host: '127.0.0.1', connections: 0 })
    }
    await using third = await startAgent({ handler: () => [], port })
    expect(third.port).toBe(port)
  })
})
