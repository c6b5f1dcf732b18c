import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { frame, haproxyHello, helloItems, kv, message, notify, toHex, typed } from '../spop/testing.ts'
import type { AgentFault } from './faults.ts'
import { startFaultyAgent, type FaultyAgent } from './faulty-agent.ts'
import { RawPeer } from './testing.ts'

const start = (fault: AgentFault): Promise<FaultyAgent> => startFaultyAgent({ fault, lateMs: 5 })

async function knock({ host, port }: FaultyAgent): Promise<RawPeer> {
  const socket = connect({ host, port })
  await once(socket, 'connect')
  return new RawPeer(socket)
}

async function greeted(agent: FaultyAgent): Promise<RawPeer> {
  const peer = await knock(agent)
  peer.send(haproxyHello())
  await peer.waitFor(1)
  return peer
}

const request = (streamId: number): Buffer =>
  notify(streamId, 1, message('m', 2, 'port', typed.int32(4711), 'dport', typed.int32(80)))

const verdict = kv('ip_score', typed.int32(50))
const ack = (streamId: number): string =>
  toHex(
    frame({
      type: 103,
      streamId,
      frameId: 1,
      payload: [1, 3, 1, ...verdict, 1, 3, 2, ...kv('proof', typed.string('80-4711'))],
    }).subarray(4),
  )

describe('an agent that fails', () => {
  test.for(['none', 'late'] as const)('%s: the verdict says whose it is', async (fault) => {
    await using agent = await start(fault)
    await using peer = await greeted(agent)
    peer.send(request(3))
    expect((await peer.receive(2))[1]).toBe(ack(3))
  })

  test('hung-on-some: the first is left alone, the second answered', async () => {
    await using agent = await start('hung-on-some')
    await using peer = await greeted(agent)
    peer.send(request(1), request(3), request(5), request(7))
    expect((await peer.receive(3)).slice(1)).toEqual([ack(3), ack(7)])
  })

  test.for(['closing', 'resetting'] as const)('%s: the end instead of an answer', async (fault) => {
    await using agent = await start(fault)
    await using peer = await greeted(agent)
    const closed = once(peer.socket, 'close').catch((error: unknown) => [error])
    peer.send(request(1))
    const frames = await peer.receiveAll()
    expect(frames).toHaveLength(1)
    await closed
    expect(peer.socket.errored?.message ?? 'a quiet end').toMatch(
      fault === 'closing' ? /^a quiet end$/ : /ECONNRESET/,
    )
  })

  test('garbage: what comes is no frame', async () => {
    await using agent = await start('garbage')
    await using peer = await greeted(agent)
    peer.send(request(1))
    while (peer.chunks.length < 2) await once(peer.socket, 'data')
    expect(peer.chunks[1]?.toString()).toMatch(/^HTTP\/1\.1 400 /)
  })

  test('no-verdict: an ACK without an action', async () => {
    await using agent = await start('no-verdict')
    await using peer = await greeted(agent)
    peer.send(request(1))
    expect((await peer.receive(2))[1]).toBe(toHex(frame({ type: 103, streamId: 1, frameId: 1 }).subarray(4)))
  })

  test('hung: nothing, not even HELLO, until it goes on', async () => {
    await using agent = await start('none')
    await using early = await greeted(agent)
    await agent.fail('hung')
    await using late = await knock(agent)
    late.send(haproxyHello())
    early.send(request(1))
    await using other = await start('none')
    // By the time that another agent has answered, this one would have.
    await (await greeted(other))[Symbol.asyncDispose]()
    expect([early.received.length, late.received.length]).toEqual([1, 0])
    await agent.fail('none')
    expect((await early.receive(2))[1]).toBe(ack(1))
    expect(await late.receive(1)).toHaveLength(1)
  })

  test('refused: connections end, nobody listens, and the same port comes back', async () => {
    await using agent = await start('none')
    await using peer = await greeted(agent)
    await agent.fail('refused')
    await peer.receiveAll()
    await expect(knock(agent)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await agent.fail('none')
    await using again = await greeted(agent)
    again.send(request(1))
    expect((await again.receive(2))[1]).toBe(ack(1))
  })

  test('a check is content with whoever says HELLO', async () => {
    await using agent = await start('closing')
    await using peer = await knock(agent)
    peer.send(haproxyHello([...helloItems(), ...kv('healthcheck', typed.true)]))
    expect(await peer.receiveAll()).toHaveLength(1)
  })
})
