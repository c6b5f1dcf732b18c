import { get } from 'node:http'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { startAgent } from '../agent/server.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { bootHaproxy } from '../haproxy/boot.ts'
import { speaksSpop, type HaproxyConfigOptions } from '../haproxy/config.ts'
import { parseMessageLine, type MessageLine } from '../haproxy/instruments.ts'
import { receiveLog } from '../haproxy/log-receiver.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { startOrigin } from '../origin/origin.ts'
import { setVar } from '../spop/action.ts'

// Faults of HAProxy itself, each by its name. A release that mends one fails its test: then it is news.

const { binaries, label } = await haproxysAtHand()
const host = '127.0.0.1'

interface Outcome {
  /** HELLOs that the agent read: one a connection. */
  readonly connections: number
  readonly answered: number
  /** SPOE's own log, a line a message. */
  readonly log: readonly MessageLine[]
}

/** One request after the other, each answered by the agent. */
async function offload(
  binary: HaproxyBinary,
  requests: number,
  changes: Partial<HaproxyConfigOptions> = {},
): Promise<Outcome> {
  await using log = await receiveLog()
  let connections = 0
  let answered = 0
  await using agent = await startAgent({
    onHello: () => void connections++,
    handler() {
      answered++
      return [setVar('sess', 'ip_score', 50)]
    },
  })
  await using origin = await startOrigin(() => 0)
  await using haproxy = await bootHaproxy({
    binary,
    config: {
      ...changes,
      arms: [{ name: 'offload', offload: true }],
      agentAddress: { host, port: agent.port },
      originAddress: { host, port: origin.port },
      event: 'on-frontend-http-request',
      logPort: log.port,
    },
  })
  for (let request = 0; request < requests; request++) {
    const [response] = await once(get({ host, port: haproxy.ports.offload, agent: false }), 'response')
    response.resume()
    await once(response, 'end')
  }
  const lines = await log.waitFor(requests, (line) => parseMessageLine(line) !== null)
  return { connections, answered, log: lines.flatMap((line) => parseMessageLine(line) ?? []) }
}

describe.for(binaries)(`HAProxy $version (${label})`, (binary) => {
  const isPerMessage = speaksSpop(binary.release)

  test('no-connection-reuse: a mode tcp agents backend before the frontend connects for every message', async () => {
    const after = await offload(binary, 40)
    const before = await offload(binary, 40, { agentsTcpFirst: true })
    expect([after.answered, before.answered]).toEqual([40, 40])
    expect(after.connections).toBeLessThanOrEqual(3)
    expect(before.connections > 3).toBe(isPerMessage)
    expect(isPerMessage ? before.connections : 40).toBe(40)
  })

  test('bogus-error-counter: every stream that ends counts as an error in the log', async () => {
    const { log, answered } = await offload(binary, 10)
    expect(answered).toBe(10)
    expect(log.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 0))
    expect(log.map(({ processed }) => processed)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1))
    expect(log.map(({ errors }) => errors)).toEqual(
      Array.from({ length: 10 }, (_, index) => (isPerMessage ? index : 0)),
    )
  })
})
