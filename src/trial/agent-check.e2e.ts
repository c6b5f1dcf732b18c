import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startAgent } from '../agent/server.ts'
import { bootHaproxy } from '../haproxy/boot.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { parseStat, type StatLine } from '../haproxy/stats.ts'
import { startOrigin } from '../origin/origin.ts'

const { binaries } = await haproxysAtHand()
const host = '127.0.0.1'

test.for(binaries)('HAProxy $version takes our agent for healthy (option spop-check)', async (binary) => {
  const hellos: boolean[] = []
  await using agent = await startAgent({
    handler: () => [],
    onHello: (hello) => hellos.push(hello.healthcheck),
  })
  await using origin = await startOrigin(() => 0)
  await using haproxy = await bootHaproxy({
    binary,
    config: {
      agentsCheck: true,
      agentAddress: { host, port: agent.port },
      originAddress: { host, port: origin.port },
      arms: [{ name: 'offload', offload: true }],
    },
  })
  // A server is UP before its first check as well: only a check that has ended says something.
  const checked = async (): Promise<StatLine> => {
    for (;;) {
      const lines = parseStat(await haproxy.command('show stat'))
      const server = lines.find(({ proxy, service }) => proxy === 'agents-offload' && service !== 'BACKEND')
      if (
        server !== undefined &&
        !['INI', ''].includes(server.checkStatus) &&
        !server.checkStatus.startsWith('*')
      ) {
        return server
      }
      await delay(50)
    }
  }
  const server = await checked()
  expect(server.checkStatus).toBe('L7OK')
  expect(server.status).toMatch(/^UP/)
  expect(hellos).toContain(true)
})
