import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { bootHaproxy } from '../haproxy/boot.ts'
import { scorePath } from '../haproxy/config.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { guardCommand } from '../host/guard.ts'
import {
  agentDisconnectPrefix,
  ascii,
  frame,
  haproxyHello,
  helloItems,
  message,
  notify,
  sized,
  toHex,
  typed,
} from '../spop/testing.ts'
import { type RunningAgent, startAgentCommand } from './agent-command.ts'
import { connectPeer, greet } from './testing.ts'
import { exampleAgents } from './testing/examples.ts'

const captures = fileURLToPath(new URL('../../fixtures/frames/', import.meta.url))
const releases = readdirSync(captures).filter((name) => /^\d+\.\d+$/.test(name))
const { binaries } = await haproxysAtHand()
const folder = mkdtempSync(join(tmpdir(), 'spoe-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

function capture(release: string, name: string): Buffer {
  return Buffer.from(
    readFileSync(join(captures, release, `${name}.hex`), 'latin1').replaceAll('\n', ''),
    'hex',
  )
}

/** An ACK after its stream and frame ids: the score, and how many arguments were read. */
function acked(score: number, args: number): string {
  return toHex([1, 3, 1, ...sized('ip_score'), 3, score, 1, 3, 2, ...sized('args'), 3, args])
}

describe.each(exampleAgents().map((example) => [example.label, example.command] as const))(
  'the example in %s',
  (language, command) => {
    const start = (): Promise<RunningAgent> =>
      startAgentCommand({
        command: command ?? '',
        cwd: folder,
        logFile: join(folder, `${language}.log`),
        prefix: guardCommand({ withDescendants: true }),
      })

    test.skipIf(command === null).for(releases)('answers what HAProxy %s sent', async (release) => {
      await using agent = await start()
      await using peer = await greet(agent, capture(release, 'hello'))
      const [hello = ''] = peer.frames
      expect(hello).toMatch(/^65 00 00 00 01 00 00 /)
      expect(hello).toContain(
        toHex([
          ...sized('version'),
          ...typed.string('2.0'),
          ...sized('max-frame-size'),
          ...typed.uint32(16_380),
        ]),
      )
      const given = capture(release, 'notify')
      const isGivenUp = readdirSync(join(captures, release)).includes('unset-abort.hex')
      peer.send(
        ...(isGivenUp ? [capture(release, 'unset-abort')] : []),
        given,
        notify(5, 1),
        capture(release, 'disconnect'),
      )
      const [, ack = '', second = '', farewell = ''] = await peer.receiveAll()
      // What HAProxy sent has 21 arguments of every type in three messages.
      expect(ack).toBe(`67 ${toHex(given.subarray(5, 9))} ${toHex(given.subarray(9, 11))} ${acked(50, 21)}`)
      expect(second).toBe(`67 00 00 00 01 05 01 ${acked(50, 1)}`)
      expect(farewell).toMatch(new RegExp(`^${agentDisconnectPrefix(0)}`))
      await using check = await greet(agent, capture(release, 'health-check'))
      expect(await check.receiveAll()).toHaveLength(1)
    })

    test.skipIf(command === null)('reads the address, whatever stands around it', async () => {
      await using agent = await start()
      await using peer = await greet(agent)
      const around = [
        ...message('first', 1, 'ip', typed.ipv6(...Array<number>(16).fill(1))),
        ...message('none', 0),
      ]
      peer.send(
        notify(1, 1, [
          ...around,
          ...message('second', 2, 'x', typed.string('y'), 'ip', typed.ipv4(192, 0, 2, 9)),
        ]),
        notify(3, 1, []),
      )
      expect((await peer.receive(3)).slice(1)).toEqual([
        `67 00 00 00 01 01 01 ${acked(10, 3)}`,
        `67 00 00 00 01 03 01 ${acked(50, 0)}`,
      ])
    })

    test.skipIf(command === null).for([
      ['a NOTIFY before HELLO', 4, notify()],
      ['a HELLO of another version', 8, haproxyHello(helloItems({ versions: '1.5' }))],
      ['a HELLO without anything', 5, haproxyHello([])],
      ['a max-frame-size of 255', 9, haproxyHello(helloItems({ size: 255 }))],
      ['a frame that is too big', 3, Buffer.from('00010000', 'hex')],
      ['a frame of nothing', 4, Buffer.from('00000000', 'hex')],
      ['a frame that ends in the middle of a value', 4, haproxyHello(ascii('\u0012supported'))],
    ] as const)('%s is refused', async ([, status, bytes]) => {
      await using agent = await start()
      await using peer = await connectPeer(agent)
      peer.send(bytes)
      expect((await peer.receiveAll())[0]).toMatch(new RegExp(`^${agentDisconnectPrefix(status)}`))
    })

    test.skipIf(command === null)('hostile bytes end a connection, not the agent', async () => {
      await using agent = await start()
      const session = Buffer.concat([capture('3.4', 'hello'), capture('3.4', 'notify')])
      for (let at = 0; at < session.length; at += 3) {
        await using peer = await connectPeer(agent)
        const bytes = Buffer.from(session)
        bytes[at] = 0xff
        peer.socket.end(bytes)
        await peer.receiveAll()
      }
      await using peer = await greet(agent)
      peer.send(notify(1, 1), frame({ type: 3, flags: 0, streamId: 3, frameId: 1 }))
      const [, ack, refusal] = await peer.receiveAll()
      expect(ack).toBe(`67 00 00 00 01 01 01 ${acked(50, 1)}`)
      expect(refusal).toMatch(new RegExp(`^${agentDisconnectPrefix(10)}`))
    })

    test.skipIf(command === null).for(binaries)('serves HAProxy $version', async (binary) => {
      const origin = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
      await once(origin, 'listening')
      await using agent = await start()
      {
        await using haproxy = await bootHaproxy({
          binary,
          config: {
            arms: [{ name: 'offload', offload: true }],
            agentAddress: agent,
            originAddress: { host: '127.0.0.1', port: (origin.address() as AddressInfo).port },
            provenBy: 'score',
            // The last push of all may wait for the one behind it, and goes down with HAProxy.
            processingTimeoutMs: 10_000,
          },
        })
        const ask = async (): Promise<string> => {
          const port = haproxy.ports.offload
          const outgoing = get({ host: '127.0.0.1', port, path: scorePath, agent: false })
          const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage]
          return (await incoming.setEncoding('utf8').toArray()).join('')
        }
        // HAProxy 2.6 may send such an agent a message only when the next one comes (METHODOLOGY.md, "The gate").
        const isPushed = binary.release.major < 3
        const push = setInterval(() => void (isPushed && ask().catch(() => {})), 100)
        const bodies = await Promise.all(Array.from({ length: 40 }, ask))
        clearInterval(push)
        expect(new Set(bodies)).toEqual(new Set(['50']))
      }
      origin.close()
    })
  },
)
