import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { describe, expect, test } from 'vitest'

import { bootHaproxy } from '../haproxy/boot.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { proofAbsent, proofHeader } from '../haproxy/config.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { encodeAck } from '../spop/ack.ts'
import { setVar, unsetVar } from '../spop/action.ts'
import type { Action } from '../spop/action.ts'
import type { Hello } from '../spop/hello.ts'
import type { TypedValue } from '../spop/typed-data.ts'
import type { NotifyHandler } from './options.ts'
import { startWatched } from './testing.ts'
import type { WatchedAgent } from './testing.ts'

/** An origin, an agent and an HAProxy between them; `request` tells what the origin saw as proof. */
interface Stack extends AsyncDisposable {
  readonly watched: WatchedAgent
  /** The proof that the origin saw, or undefined where HAProxy rejected the client. */
  request(): Promise<string | undefined>
}

async function startStack(
  binary: HaproxyBinary,
  handler: NotifyHandler,
  onHello: (hello: Hello) => void = () => {},
): Promise<Stack> {
  const stack = new AsyncDisposableStack()
  const origin = createServer((incoming, outgoing) => outgoing.end(incoming.headers[proofHeader]))
  await once(origin.listen(0, '127.0.0.1'), 'listening')
  stack.defer(() => void origin.close())
  const watched = stack.use(await startWatched({ handler, onHello }))
  const haproxy = stack.use(
    await bootHaproxy({
      binary,
      config: {
        arms: [{ name: 'offload', offload: true }],
        agentAddress: { host: watched.agent.host, port: watched.agent.port },
        originAddress: { host: '127.0.0.1', port: portOf(origin) },
        processingTimeoutMs: 2_000,
      },
    }),
  )
  return {
    watched,
    request: () => request(haproxy.ports.offload),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

async function request(port: number): Promise<string | undefined> {
  const outgoing = get({ port, host: '127.0.0.1', agent: false })
  try {
    const answers: IncomingMessage[] = await once(outgoing, 'response')
    return (await answers[0]!.setEncoding('utf8').toArray()).join('')
  } catch {
    return undefined
  }
}

const { binaries, label } = await haproxysAtHand()

describe.each(binaries.map((binary) => [binary.version, binary] as const))(
  `agent and HAProxy %s (${label})`,
  (_, binary) => {
    test('every type of value arrives as HAProxy prints it', async () => {
      const values: readonly (readonly [TypedValue, string])[] = [
        [{ type: 'string', value: 'plain' }, 'plain'],
        [{ type: 'string', value: 'x'.repeat(300) }, 'x'.repeat(300)],
        [{ type: 'bool', value: true }, '1'],
        [{ type: 'bool', value: false }, '0'],
        [{ type: 'int32', value: -5 }, '-5'],
        [{ type: 'uint32', value: 2 ** 32 - 1 }, '4294967295'],
        [{ type: 'int64', value: -(2n ** 63n) }, '-9223372036854775808'],
        [{ type: 'uint64', value: 2n ** 53n + 1n }, '9007199254740993'],
        [{ type: 'ipv4', value: '192.0.2.1' }, '192.0.2.1'],
        [{ type: 'ipv6', value: '2001:db8::1' }, '2001:db8::1'],
        [{ type: 'binary', value: Buffer.from('bytes') }, 'bytes'],
      ]
      let next = 0
      await using stack = await startStack(binary, () => [setVar('txn', 'proof', values[next++]![0])])
      for (const [, printed] of values) expect(await stack.request()).toBe(printed)
      expect(stack.watched.errors).toEqual([])
    })

    test('actions are taken in order, at once and later, and unset-var unsets', async () => {
      let calls = 0
      await using stack = await startStack(binary, () => {
        const actions = [setVar('txn', 'proof', 'first'), setVar('txn', 'proof', 'second')]
        if (++calls === 1) return actions
        return new Promise((resolve) => setImmediate(resolve, [...actions, unsetVar('txn', 'proof')]))
      })
      expect(await stack.request()).toBe('second')
      expect(await stack.request()).toBe(proofAbsent)
    })

    test('#41 #44 handlers that fail or answer nothing do not hold the request up to the processing timeout', async () => {
      let calls = 0
      await using stack = await startStack(binary, ({ streamId }) => {
        calls++
        if (calls === 1) return []
        if (calls === 2) throw new Error(`thrown for stream ${streamId}`)
        if (calls === 3) return Promise.reject(new Error('rejected'))
        return [setVar('txn', 'proof', 'after')]
      })
      const answers: (string | undefined)[] = []
      for (let left = 4; left > 0; left--) answers.push(await stack.request())
      expect(answers).toEqual([proofAbsent, proofAbsent, proofAbsent, 'after'])
      expect(stack.watched.errors.map(({ context }) => context.kind)).toEqual(['handler', 'handler'])
    })

    test('#45 an ACK that is too large fails open, and the next request is served', async () => {
      let calls = 0
      await using stack = await startStack(binary, () => [
        setVar('txn', 'proof', ++calls === 1 ? 'x'.repeat(20_000) : 'after'),
      ])
      expect(await stack.request()).toBe(proofAbsent)
      expect(await stack.request()).toBe('after')
      expect(stack.watched.errors).toMatchObject([{ error: { statusCode: 3 }, context: { kind: 'handler' } }])
    })

    test('#45 an ACK of one byte less than HAProxy’s max-frame-size is taken', async () => {
      const sizes: number[] = []
      let haproxySize = 0
      const handler: NotifyHandler = ({ streamId, frameId }) => {
        const withFiller = (length: number): Action[] => [
          setVar('txn', 'proof', 'taken'),
          setVar('txn', 'filler', 'x'.repeat(length)),
        ]
        const guess = haproxySize - 100
        const sizeOfGuess = encodeAck(streamId, frameId, withFiller(guess)).length - 4
        const actions = withFiller(guess + haproxySize - 1 - sizeOfGuess)
        sizes.push(encodeAck(streamId, frameId, actions).length - 4)
        return actions
      }
      await using stack = await startStack(binary, handler, (hello) => (haproxySize = hello.peerMaxFrameSize))
      expect(await stack.request()).toBe('taken')
      expect(sizes).toEqual([16_379])
      expect(stack.watched.errors).toEqual([])
    })

    test('#53 a list behind a name that HAProxy knows not is taken all the same', async () => {
      await using stack = await startStack(binary, () => [
        setVar('txn', 'nobody.reads.this', 1),
        setVar('txn', 'proof', 'behind'),
      ])
      expect(await stack.request()).toBe('behind')
    })

    test('a score under 20 rejects the client', async () => {
      let score = 19
      await using stack = await startStack(binary, () => [setVar('sess', 'ip_score', score)])
      expect(await stack.request()).toBeUndefined()
      score = 20
      expect(await stack.request()).toBe(proofAbsent)
    })

    test('many requests at once are all answered, each with its own actions', async () => {
      await using stack = await startStack(binary, async ({ messages }) => {
        await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 5))
        return [setVar('txn', 'proof', String(messages[0]!.arg('port')!.value))]
      })
      const answers = await Promise.all(Array.from({ length: 200 }, () => stack.request()))
      expect(new Set(answers).size).toBe(200)
      expect(answers.every((answer) => /^\d+$/.test(answer ?? ''))).toBe(true)
      expect(stack.watched.errors).toEqual([])
    })

    test('#57 closing while a request waits lets its ACK go out first', async () => {
      let isCalled: () => void
      const called = new Promise<void>((resolve) => (isCalled = resolve))
      await using stack = await startStack(binary, async () => {
        isCalled()
        await new Promise((resolve) => setTimeout(resolve, 20))
        return [setVar('txn', 'proof', 'last')]
      })
      const answer = stack.request()
      await called
      await stack.watched.agent.close()
      expect(await answer).toBe('last')
      expect(await stack.request()).toBe(proofAbsent)
    })
  },
)
