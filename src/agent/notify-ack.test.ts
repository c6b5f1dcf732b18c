import { describe, expect, test } from 'vitest'

import { setVar, unsetVar } from '../spop/action.ts'
import type { Action } from '../spop/action.ts'
import {
  agentDisconnectPrefix,
  frame,
  haproxyHello,
  helloItems,
  hex,
  message,
  notify,
  sized,
  toHex,
  typed,
} from '../spop/testing.ts'
import type { Bytes } from '../spop/testing.ts'
import type { Notify } from './options.ts'
import { greet, startWatched } from './testing.ts'

function ack(streamId: number | bigint, frameId: number | bigint, payload: Bytes = []): string {
  return toHex(frame({ type: 103, streamId, frameId, payload }).subarray(4))
}

const score = [setVar('sess', 'ip_score', 50)]
const scoreBytes: Bytes = [...hex('01 03 01'), ...sized('ip_score'), ...hex('02 32')]

describe('NOTIFY and ACK', () => {
  test('actions come back in an ACK with the ids of their NOTIFY', async () => {
    await using watched = await startWatched({ handler: () => [...score, unsetVar('txn', 'old')] })
    await using peer = await greet(watched.agent)
    peer.send(notify(7, 1))
    const payload = [...scoreBytes, ...hex('02 02 02'), ...sized('old')]
    expect((await peer.receive(2))[1]).toBe(ack(7, 1, payload))
  })

  test('a handler sees messages, ids and engine, now and later', async () => {
    const seen: Notify[] = []
    await using watched = await startWatched({
      handler: (one) => {
        seen.push(one)
        return []
      },
    })
    await using peer = await greet(watched.agent)
    for (let streamId = 1; streamId <= 200; streamId++) {
      peer.send(notify(streamId, 1, message('check', 1, 'number', typed.uint32(streamId))))
    }
    await peer.receive(201)
    expect(seen.map(({ messages }) => messages[0]!.arg('number')!.value)).toEqual(
      seen.map((one) => one.streamId),
    )
    expect(seen[6]).toMatchObject({ streamId: 7, frameId: 1, engineId: 'f0e1d2c3-engine' })
  })

  test.each([
    [0, 1],
    [0, 0],
    [2 ** 32 - 1, 1],
    [2n ** 64n - 1n, 2n ** 64n - 1n],
  ])('#35 STREAM-ID %d and FRAME-ID %d are echoed, whatever they are', async (streamId, frameId) => {
    await using watched = await startWatched()
    await using peer = await greet(watched.agent)
    peer.send(notify(streamId, frameId))
    expect((await peer.receive(2))[1]).toBe(ack(streamId, frameId))
  })

  test('#36 a NOTIFY without messages gets its ACK', async () => {
    await using watched = await startWatched({
      handler: ({ messages }) => (messages.length === 0 ? score : []),
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1, []))
    expect((await peer.receive(2))[1]).toBe(ack(1, 1, scoreBytes))
  })

  test('#41 a handler that throws or rejects gets a prompt empty ACK, and other streams go on', async () => {
    await using watched = await startWatched({
      handler: ({ streamId }) => {
        if (streamId === 1) throw new Error('thrown')
        if (streamId === 3) return Promise.reject(new Error('rejected'))
        // oxlint-disable-next-line typescript/only-throw-error -- what a careless handler may do
        if (streamId === 5) throw 'a string'
        return score
      },
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1), notify(3, 1), notify(5, 1), notify(7, 1))
    const acks = (await peer.receive(5)).slice(1)
    expect(acks.toSorted()).toEqual([ack(1, 1), ack(3, 1), ack(5, 1), ack(7, 1, scoreBytes)])
    const engineId = 'f0e1d2c3-engine'
    expect(watched.errors).toHaveLength(3)
    expect(watched.errors).toEqual(
      expect.arrayContaining([
        { error: new Error('thrown'), context: { kind: 'handler', engineId, streamId: 1, frameId: 1 } },
        { error: new Error('rejected'), context: { kind: 'handler', engineId, streamId: 3, frameId: 1 } },
        {
          error: expect.objectContaining({ code: 'handlerFailed', cause: 'a string' }),
          context: { kind: 'handler', engineId, streamId: 5, frameId: 1 },
        },
      ]),
    )
  })

  test('#41 #52 an answer that is no list of valid actions gets an empty ACK', async () => {
    const forged: Action[] = [
      ...score,
      { type: 'set-var', scope: 'sess', name: 'no good', value: { type: 'null', value: null } },
    ]
    const answers: unknown[] = [
      undefined,
      null,
      42,
      'actions',
      { type: 'set-var' },
      [undefined],
      [{}],
      forged,
    ]
    // @ts-expect-error: what a careless handler may return
    await using watched = await startWatched({ handler: ({ streamId }) => answers[Number(streamId)] })
    await using peer = await greet(watched.agent)
    peer.send(...answers.map((_, streamId) => notify(streamId, 1)))
    const acks = (await peer.receive(1 + answers.length)).slice(1)
    expect(acks.toSorted()).toEqual(answers.map((_, streamId) => ack(streamId, 1)).toSorted())
    expect(watched.errors.map(({ context }) => context.kind)).toEqual(answers.map(() => 'handler'))
    expect(watched.errors.map(({ error }) => error.message)).toEqual(
      expect.arrayContaining([
        'Expected the handler to return an array of actions, got undefined',
        'Expected the handler to return an array of actions, got string',
      ]),
    )
  })

  test('a promise that resolves twice counts once', async () => {
    await using watched = await startWatched({
      handler: () =>
        new Promise((resolve) => {
          resolve(score)
          resolve([])
        }),
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    await peer.receive(2)
    peer.send(notify(3, 1))
    expect((await peer.receive(3)).slice(1)).toEqual([ack(1, 1, scoreBytes), ack(3, 1, scoreBytes)])
  })

  test('#42 ACKs go out as handlers answer, each on the connection of its NOTIFY', async () => {
    const waiting = new Map<string, (actions: readonly Action[]) => void>()
    await using watched = await startWatched({
      handler: ({ streamId, engineId }) =>
        new Promise((resolve) => {
          waiting.set(`${engineId} ${streamId}`, resolve)
        }),
    })
    await using first = await greet(watched.agent)
    await using second = await greet(watched.agent, haproxyHello(helloItems({ engineId: 'other' })))
    first.send(notify(1, 1), notify(3, 1), notify(5, 1))
    second.send(notify(1, 1))
    while (waiting.size < 4) await new Promise(setImmediate)
    waiting.get('f0e1d2c3-engine 5')!([])
    await first.receive(2)
    waiting.get('other 1')!([])
    waiting.get('f0e1d2c3-engine 1')!(score)
    await first.receive(3)
    waiting.get('f0e1d2c3-engine 3')!([])
    expect((await first.receive(4)).slice(1)).toEqual([ack(5, 1), ack(1, 1, scoreBytes), ack(3, 1)])
    expect((await second.receive(2)).slice(1)).toEqual([ack(1, 1)])
  })

  test('#43 there are as many ACKs as NOTIFYs, each with ids that came', async () => {
    await using watched = await startWatched({
      handler: ({ streamId }) => (Number(streamId) % 3 === 0 ? [] : Promise.resolve([])),
    })
    await using peer = await greet(watched.agent)
    const ids = Array.from({ length: 300 }, (_, index) => 2 * index + 1)
    for (const id of ids) peer.send(notify(id, 1))
    const acks = (await peer.receive(301)).slice(1)
    expect(acks.toSorted()).toEqual(ids.map((id) => ack(id, 1)).toSorted())
  })

  test('#11 ABORT cancels what is in flight: its signal aborts and no ACK is sent', async () => {
    const aborted: string[] = []
    await using watched = await startWatched({
      handler: ({ streamId, frameId, signal }) => {
        if (streamId === 9) return score
        signal.addEventListener('abort', () => aborted.push(`${streamId} ${frameId}`))
        return new Promise(() => {})
      },
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1), notify(3, 1), notify(3, 2))
    peer.send(
      frame({ type: 3, flags: 3, streamId: 3, frameId: 1 }),
      frame({ type: 0, flags: 3, streamId: 1, frameId: 1 }),
    )
    peer.send(frame({ type: 3, flags: 3, streamId: 77, frameId: 1 }), notify(9, 1))
    expect((await peer.receive(2)).slice(1)).toEqual([ack(9, 1, scoreBytes)])
    expect(aborted).toEqual(['3 1', '1 1'])
    expect(watched.errors).toEqual([])
  })

  test('#11 no ACK ever carries ABORT', async () => {
    await using watched = await startWatched({
      handler: () => {
        throw new Error('any')
      },
    })
    await using peer = await greet(watched.agent)
    peer.send(notify(1, 1))
    expect((await peer.receive(2))[1]).toMatch(/^67 00 00 00 01 /)
  })

  test('#45 an ACK above the negotiated max-frame-size is not sent: status code 3, and the error is told', async () => {
    await using watched = await startWatched({
      handler: ({ streamId }) => [setVar('txn', 'a', 'x'.repeat(streamId === 1 ? 240 : 239))],
    })
    await using peer = await greet(watched.agent, haproxyHello(helloItems({ size: 256 })))
    peer.send(notify(0, 1))
    // 2 ids, 3 bytes of action, 2 of name, 1 of type, 1 or 2 of length: 5 + 2 + 3 + 2 + 1 + 1 + 239 = 253.
    expect((await peer.receive(2))[1]).toContain('67 00 00 00 01 00 01')
    peer.send(notify(1, 1), notify(2, 1))
    const frames = await peer.receive(3)
    expect(frames[2]).toContain('67 00 00 00 01 01 01')
    expect(watched.errors).toEqual([])
  })

  test('#45 one byte above is too much', async () => {
    await using watched = await startWatched({ handler: () => [setVar('txn', 'a', 'x'.repeat(242))] })
    await using peer = await greet(watched.agent, haproxyHello(helloItems({ size: 256 })))
    peer.send(notify(1, 1))
    expect((await peer.receiveAll()).slice(1)).toEqual([expect.stringContaining(agentDisconnectPrefix(3))])
    expect(watched.errors).toMatchObject([{ error: { statusCode: 3 }, context: { kind: 'handler' } }])
  })
})
