import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { speaksSpop } from '../haproxy/config.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { startStack, type Stack } from '../trial/stack.ts'
import { unexplained } from './comparison-table.ts'
import { cellResult } from './comparison.ts'
import type { Testimony } from './examine.ts'
import { measureCell, type CellDesign } from './measure-cell.ts'
import { averagesConnections, countsConnections, dividesBy512, forgetsEarly, neverMeasured } from './rules.ts'

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

  test.runIf(isPerMessage)(
    '600 requests of 100 ms: what was under way at 512 is missed',
    async ({ signal }) => {
      const witness = await hear({ sleepMs: 100, requests: 600 }, signal)
      expect(witness('exporter, traffic, total, average').judgement).toBe('confirms')
      // How many were under way is the machine's affair; what follows from it is not.
      for (const name of ['exporter, agents, total, average', 'CSV, agents, total, average']) {
        const { readingMs, predictions } = witness(name)
        const predictedMs = predictions.find(({ rule }) => rule === forgetsEarly.name)?.predictedMs
        expect(predictedMs?.lowMs).toBeLessThanOrEqual(readingMs + 1)
        expect(predictedMs?.highMs).toBeGreaterThanOrEqual(readingMs - 1)
      }
    },
  )

  test.runIf(!isPerMessage)('600 requests of 100 ms: nought, then lifetimes', async ({ signal }) => {
    const witness = await hear({ sleepMs: 100, requests: 600 }, signal)
    expect(witness('exporter, traffic, total, average').judgement).toBe('confirms')
    const open = witness('exporter, agents, total, average')
    expect(open).toMatchObject({ readingMs: 0, ...explainedBy(countsConnections) })
    const closed = witness('exporter, agents, total, average', 'closed')
    expect(closed).toMatchObject(explainedBy(countsConnections))
    // Some 34 lifetimes of up to two seconds: nothing that a message took.
    expect(closed.readingMs).toBeGreaterThan(open.truthMs.highMs)
  })
})
