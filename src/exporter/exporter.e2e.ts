import { once } from 'node:events'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startAgent } from '../agent/server.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { bootHaproxy } from '../haproxy/boot.ts'
import { speaksSpop } from '../haproxy/config.ts'
import { parseExporterTimes, scrapeExporter, type ExporterTimes } from '../haproxy/exporter.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { setVar } from '../spop/action.ts'
import { judge } from './judge.ts'
import { countsConnections, dividesBy512, neverMeasured, type Circumstances } from './rules.ts'

const { binaries, label } = await haproxysAtHand()

interface Cell {
  readonly times: ExporterTimes
  readonly circumstances: Circumstances
}

/** A fresh HAProxy, `samples` requests in lanes of `concurrency`, then one scrape while the agent still serves. */
async function measure(
  binary: HaproxyBinary,
  { sleepMs, samples, concurrency = 1 }: { sleepMs: number; samples: number; concurrency?: number },
): Promise<Cell> {
  await using stack = new AsyncDisposableStack()
  const origin = createServer((_request, response) => response.end('ok'))
  await once(origin.listen(0, '127.0.0.1'), 'listening')
  stack.defer(() => void origin.close())
  const agentTimesMs: number[] = []
  const agent = await startAgent({
    async handler() {
      const startMs = performance.now()
      await new Promise((resolve) => setTimeout(resolve, sleepMs))
      agentTimesMs.push(performance.now() - startMs)
      return [setVar('sess', 'ip_score', 50)]
    },
  })
  stack.defer(() => agent.close({ deadlineMs: 100 }))
  const haproxy = stack.use(
    await bootHaproxy({
      binary,
      config: {
        arms: [{ name: 'offload', offload: true }],
        agentAddress: { host: agent.host, port: agent.port },
        originAddress: { host: '127.0.0.1', port: (origin.address() as AddressInfo).port },
      },
    }),
  )
  const latenciesMs: number[] = []
  const lanes = Array.from({ length: concurrency }, async () => {
    for (let left = samples / concurrency; left > 0; left--)
      latenciesMs.push(await timeRequest(haproxy.ports.offload))
  })
  await Promise.all(lanes)
  expect(agentTimesMs).toHaveLength(samples)
  expect(latenciesMs).toHaveLength(samples)
  return {
    times: parseExporterTimes(await scrapeExporter(haproxy.exporterPort), 'agents-offload'),
    circumstances: {
      truth: { lowMs: mean(agentTimesMs), highMs: mean(latenciesMs) },
      samples,
      closedConnectionsMs: [],
    },
  }
}

async function timeRequest(port: number): Promise<number> {
  const startMs = performance.now()
  const [response] = await once(get({ host: '127.0.0.1', port, agent: false }), 'response')
  const ms = performance.now() - startMs
  response.resume()
  await once(response, 'end')
  return ms
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

describe.for(binaries)(`the exporter of HAProxy $version on the agents backend (${label})`, (binary) => {
  // Which fault is expected of whom stands here alone: the judgement is not told the release.
  const isPerMessage = speaksSpop(binary.release)

  test('30 requests of 100 ms: total and response are refuted, each by the rule that predicts it', async () => {
    const { times, circumstances } = await measure(binary, { sleepMs: 100, samples: 30 })
    const total = judge({ average: 'total', ms: times.totalMs }, circumstances)
    expect(total.judgement).toBe('contradicts')
    expect(total.explanations.map(({ rule }) => rule)).toEqual([
      isPerMessage ? dividesBy512.name : countsConnections.name,
    ])
    const response = judge({ average: 'response', ms: times.responseMs }, circumstances)
    expect(response.judgement).toBe('contradicts')
    expect(response.explanations.map(({ rule }) => rule)).toEqual([neverMeasured.name])
  })

  test('600 requests of 10 ms: right from 3.1 on, before still nought', async () => {
    const { times, circumstances } = await measure(binary, { sleepMs: 10, samples: 600, concurrency: 10 })
    const total = judge({ average: 'total', ms: times.totalMs }, circumstances)
    expect(total).toMatchObject(
      isPerMessage
        ? { judgement: 'confirms', explanations: [] }
        : { judgement: 'contradicts', explanations: [{ rule: countsConnections.name }] },
    )
    expect(total.explanations).toHaveLength(isPerMessage ? 0 : 1)
  })
})
