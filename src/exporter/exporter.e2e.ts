import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { speaksSpop } from '../haproxy/config.ts'
import { parseExporterAverages } from '../haproxy/exporter.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { startStack, type Stack } from '../trial/stack.ts'
import { unexplained } from './comparison-table.ts'
import { cellResult } from './comparison.ts'
import type { Testimony } from './examine.ts'
import { backends, measureCell, type CellDesign } from './measure-cell.ts'
import {
  averagesConnections,
  correctDivisor,
  countsConnections,
  dividesBy512,
  forgetsEarly,
  neverMeasured,
} from './rules.ts'
import { mean } from './witness.ts'

const { binaries, label } = await haproxysAtHand()
let stack: Stack

beforeAll(async () => {
  stack = await startStack({ epochNs: process.hrtime.bigint() })
})
afterAll(() => stack[Symbol.asyncDispose]())

describe.for(binaries)(`the instruments of HAProxy $version (${label})`, (binary) => {
  // Which fault is expected of whom stands here alone: the judgement is not told the release.
  const isPerMessage = speaksSpop(binary.release)

  async function hear(
    design: CellDesign,
    signal: AbortSignal,
  ): Promise<(name: string, connections?: 'open' | 'closed') => Testimony> {
    const records = await measureCell({ design, binary, stack, nbthread: 1, prefix: () => [], signal })
    const cell = cellResult(binary.version, records)
    const { testimonies } = cell
    expect(unexplained(cell)).toEqual([])
    return (name, connections = 'open') => {
      const found = testimonies.find((one) => one.witness === name && one.connections === connections)
      if (found === undefined) throw new Error(`Expected the witness "${name}" to be heard.`)
      return found
    }
  }

  const explainedBy = (...rules: { readonly name: string }[]): object => ({
    judgement: 'contradicts',
    explanations: rules.map(({ name }) => ({ rule: name })),
  })

  test('30 requests of 100 ms: what is refuted is refuted by the rule that predicts it', async ({
    signal,
  }) => {
    const witness = await hear({ sleepMs: 100, requests: 30 }, signal)
    const total = isPerMessage ? dividesBy512 : countsConnections
    expect(witness('exporter, agents, total, average')).toMatchObject(explainedBy(total))
    expect(witness('exporter, agents, response, average')).toMatchObject(explainedBy(neverMeasured))
    expect(witness('exporter, traffic, total, average')).toMatchObject(explainedBy(dividesBy512))
    expect(witness('CSV, agents, total, average')).toMatchObject(
      isPerMessage ? { judgement: 'confirms' } : explainedBy(averagesConnections),
    )
    expect(witness('CSV, agents, total, average', 'closed')).toMatchObject(
      isPerMessage ? { judgement: 'confirms' } : explainedBy(averagesConnections),
    )
    for (const name of [
      'CSV, traffic, total, average',
      'set-process-time',
      'set-total-time',
      '%TR',
      '%Ta',
      'date(0,us) around the event',
      'SPOE log, process',
      "the agent's own clock",
    ]) {
      expect(witness(name)).toMatchObject({ witness: name, judgement: 'confirms' })
    }
  })

  /** Whether a reading is what the rule predicts; that it differs from the truth is the machine's affair at times. */
  function expectPredicted(testimony: Testimony, rule: { readonly name: string }): void {
    const { readingMs, predictions } = testimony
    const predictedMs = predictions.find((one) => one.rule === rule.name)?.predictedMs
    expect(predictedMs?.lowMs).toBeLessThanOrEqual(readingMs + 1)
    expect(predictedMs?.highMs).toBeGreaterThanOrEqual(readingMs - 1)
  }

  // README, what to trust instead: the divisor to put right is a metric of the same scrape.
  test('30 requests of 100 ms: x 512 / n puts the exporter right', async ({ signal }) => {
    const design = { sleepMs: 100, requests: 30 }
    const records = await measureCell({ design, binary, stack, nbthread: 1, prefix: () => [], signal })
    const { exporter } = records.open
    const count = (metric: string, proxy: string): number => {
      const head = `${metric}{proxy="${proxy}"} `
      return Number(
        exporter
          .split('\n')
          .find((line) => line.startsWith(head))
          ?.slice(head.length),
      )
    }
    const readings = [
      // Up to 3.0 an agents backend has nothing that could be put right.
      ...(isPerMessage
        ? [[backends.agents, count('haproxy_backend_sessions_total', backends.agents)] as const]
        : []),
      [backends.traffic, count('haproxy_backend_http_requests_total', backends.traffic)] as const,
    ]
    for (const [backend, samples] of readings) {
      expect(samples).toBe(30)
      const corrected = correctDivisor(parseExporterAverages(exporter, backend).totalMs, samples)
      // The whole millisecond of the reading has grown as well.
      const slackMs = 512 / samples
      expect(corrected).toBeGreaterThan(mean(records.agentMs) - slackMs)
      expect(corrected).toBeLessThan(mean(records.clientMs) + slackMs)
    }
  })

  test.runIf(isPerMessage)(
    '600 requests of 100 ms: what was under way at 512 is missed',
    async ({ signal }) => {
      const witness = await hear({ sleepMs: 100, requests: 600 }, signal)
      expect(witness('exporter, traffic, total, average').judgement).toBe('confirms')
      expectPredicted(witness('exporter, agents, total, average'), forgetsEarly)
      expectPredicted(witness('CSV, agents, total, average'), forgetsEarly)
    },
  )

  test.runIf(!isPerMessage)('600 requests of 100 ms: nought, then lifetimes', async ({ signal }) => {
    const witness = await hear({ sleepMs: 100, requests: 600 }, signal)
    expect(witness('exporter, traffic, total, average').judgement).toBe('confirms')
    const open = witness('exporter, agents, total, average')
    expect(open).toMatchObject({ readingMs: 0, ...explainedBy(countsConnections) })
    expectPredicted(witness('exporter, agents, total, average', 'closed'), countsConnections)
    // Lifetimes of up to two seconds, divided by their number: nothing that a message took.
    const closed = witness('CSV, agents, total, average', 'closed')
    expect(closed).toMatchObject(explainedBy(averagesConnections))
  })
})
