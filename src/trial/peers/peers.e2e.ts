import { afterEach, expect, test } from 'vitest'
import { startAgent } from '../../agent/server.ts'
import { haproxysAtHand } from '../../haproxy/testing.ts'
import type { HaproxyBinary } from '../../haproxy/binary.ts'
import type { Peers } from '../../record/peers.ts'
import { setVar } from '../../spop/action.ts'
import { createCleanup } from '../cleanup.ts'
import { comparePeers } from './compare-peers.ts'
import { startOwnAgent } from './own-agent.ts'
import type { Peer } from './peer.ts'
import { testHost, testMachine } from '../testing/test-host.ts'

const { ends } = await haproxysAtHand()
const cleanup = createCleanup()
afterEach(() => cleanup.dispose())

async function compare(peers: readonly Peer[], binary: HaproxyBinary): Promise<Peers> {
  return comparePeers({
    runId: 'a-run',
    startedAt: '2026-01-01T00:00:00.000Z',
    peers,
    design: {
      blocks: 12,
      warmUpBlocks: 2,
      intervalMs: 3,
      jitterMs: 1,
      rounds: 2,
      roundMs: 60,
      roundWarmUpMs: 20,
      connections: 4,
      level: 0.95,
    },
    machine: testMachine(binary),
    host: testHost(binary),
    seed: new Uint8Array(32).fill(1),
    warmUpRounds: 2,
    onProgress: () => {},
    signal: new AbortController().signal,
  })
}

/** An agent in this process that sets what it is told to. */
async function peerThat(setsScore: (notify: number) => boolean): Promise<Peer> {
  let notifies = 0
  const agent = cleanup.use(
    await startAgent({ handler: () => (setsScore(notifies++) ? [setVar('sess', 'ip_score', 50)] : []) }),
  )
  return { name: 'theirs', host: agent.host, port: agent.port, pid: null }
}

test.for(ends)(
  'two of our own agents, each in its process, beside each other on $version',
  async (binary) => {
    const { host, port } = cleanup.use(await startOwnAgent())
    const peers = await compare([{ name: 'theirs', host, port, pid: null }], binary)
    const isLinux = process.platform === 'linux'
    expect(peers.agents.map(({ name, processes }) => [name, processes])).toEqual([
      ['ours', isLinux ? 1 : 0],
      ['theirs', isLinux ? 1 : 0],
    ])
    expect(Object.entries(peers.latenciesNs).map(([arm, list]) => [arm, list.length])).toEqual([
      ['bypass', 12],
      ['ours', 12],
      ['theirs', 12],
    ])
    expect(peers.load).toHaveLength(6)
    for (const { arm, requests, agentCpuMs } of peers.load) {
      expect(requests).toBeGreaterThan(0)
      expect(agentCpuMs !== null).toBe(isLinux && arm !== 'bypass')
    }
  },
)

test('an agent that answers without a score is not measured', async () => {
  await expect(compare([await peerThat(() => false)], ends.at(-1)!)).rejects.toThrow(
    'Expected every request to theirs to prove itself',
  )
})

// The session variable of the answers before is still set then, if nobody takes it away.
test('one request without a score on a keep-alive connection ends the comparison', async () => {
  // 4 + 14 requests of warm-up and blocks, then load.
  await expect(compare([await peerThat((notify) => notify !== 60)], ends.at(-1)!)).rejects.toThrow(
    String.raw`\r\n\r\n--"`,
  )
})
