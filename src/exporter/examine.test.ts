import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { scrapeExporter } from '../haproxy/exporter.ts'
import { examine, witnesses, type Testimony } from './examine.ts'
import { dividesBy512 } from './rules.ts'
import { recentMean } from './witness.ts'
import { cellRecords, csvText, metricsText } from './testing.ts'

/** Scrapes an exporter that says `seconds`, and hears every witness of 30 requests of 101 to 103 ms. */
async function hearStub(seconds: number): Promise<Testimony[]> {
  const stub = createServer((_request, response) => response.end(metricsText(seconds)))
  await once(stub.listen(0, '127.0.0.1'), 'listening')
  try {
    const text = await scrapeExporter((stub.address() as AddressInfo).port)
    return examine(cellRecords({ sleepMs: 100, requests: 30 }, text))
  } finally {
    stub.close()
  }
}

const questions = ['exporter, agents, total, average', 'exporter, traffic, total, average']

test('an HAProxy that mends the divisor is confirmed, and nothing here knows its version', async () => {
  const judged = (testimonies: Testimony[]): object[] =>
    testimonies
      .filter(({ witness, connections }) => questions.includes(witness) && connections === 'open')
      .map(({ judgement, explanations }) => ({ judgement, rules: explanations.map(({ rule }) => rule) }))
  const refuted = { judgement: 'contradicts', rules: [dividesBy512.name] }
  expect(judged(await hearStub(0.006))).toEqual([refuted, refuted])
  const confirmed = { judgement: 'confirms', rules: [] }
  expect(judged(await hearStub(0.102))).toEqual([confirmed, confirmed])
})

test('every witness is heard once, and those of the agents backend again when its connections are closed', () => {
  const heard = examine(cellRecords({ sleepMs: 100, requests: 30 }, metricsText(0.102)))
  const names = heard.map(({ witness, connections }) => `${witness} ${connections}`)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toHaveLength(witnesses.length + witnesses.filter(({ isReadTwice }) => isReadTwice).length)
})

test.for([
  ['set-process-time', { processMs: 50 }],
  ['set-total-time', { totalMs: 50 }],
  ['%TR', { requestMs: 50 }],
  ['%Ta', { activeMs: 50 }],
  ['%Tr', { responseMs: 50 }],
  ['date(0,us) around the event', { bracketUs: 100_900 }],
] as const)('%s is held against the truth', ([name, change]) => {
  const records = cellRecords({ sleepMs: 100, requests: 30 }, metricsText(0.102))
  const judgementOf = (changed: typeof records): string | undefined =>
    examine(changed).find(({ witness }) => witness === name)?.judgement
  expect(judgementOf(records)).not.toBe('contradicts')
  const requestLines = records.requestLines.map((line) => ({ ...line, ...change }))
  expect(judgementOf({ ...records, requestLines })).toBe('contradicts')
})

test('the agent is the liar where it claims more than HAProxy saw, or less than was planned', () => {
  const records = cellRecords({ sleepMs: 100, requests: 30 }, metricsText(0.102))
  const judgementOf = (agentMs: number): string | undefined =>
    examine({ ...records, agentMs: [agentMs] }).find(({ witness }) => witness === "the agent's own clock")
      ?.judgement
  expect(judgementOf(101)).toBe('confirms')
  expect(judgementOf(102.1)).toBe('contradicts')
  expect(judgementOf(99.9)).toBe('contradicts')
})

test('a field that a release does not have is no testimony', () => {
  const records = cellRecords({ sleepMs: 100, requests: 30 }, metricsText(0.102), csvText(102))
  const messageLines = records.messageLines.map((line) => ({ ...line, waits: null }))
  const names = examine({ ...records, messageLines }).map(({ witness }) => witness)
  expect(names).toContain('SPOE log, process')
  expect(names).not.toContain('SPOE log, wait for the ACK')
})

test('past 512 samples the older ones fade out of what an average has to show', () => {
  // 512 of 1 ms, then 256 of 101: 1 + 100 * (1 - (511 / 512) ** 256)
  const values = [...Array.from({ length: 512 }, () => 1), ...Array.from({ length: 256 }, () => 101)]
  expect(recentMean(values)).toBeCloseTo(1 + 100 * (1 - (511 / 512) ** 256), 9)
  expect(recentMean(values.slice(256, 768))).toBe(51)
})
