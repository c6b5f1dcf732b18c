import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import type { Traffic } from '../record/traffic.ts'
import { analyseRun } from './analyse-run.ts'
import { groupByCase } from './case-records.ts'
import { type Cleanup, createCleanup } from './cleanup.ts'
import { plannedCases, planOfCase } from './decoy.ts'
import { checkLoadFile } from './load-input.ts'
import { replayRecords } from './replay.ts'
import { readMix } from './request-mix/read-mix.ts'
import { readRunFolder } from './run-folder.ts'
import { measureBoot, openOutsideTrial, type OutsideTrialOptions } from './testing/outside-trial.ts'
import type { Trial } from './trial.ts'

const { binaries, ends } = await haproxysAtHand()
let resultsDir: string
let cleanup: Cleanup

beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'spoe-bench-test-'))
  cleanup = createCleanup()
})
afterEach(async () => {
  await cleanup.dispose()
  rmSync(resultsDir, { recursive: true })
})

const newest = binaries.at(-1) as HaproxyBinary

function openWith(
  answers: OutsideTrialOptions['answers'],
  options: Partial<OutsideTrialOptions> = {},
): Promise<Trial> {
  return openOutsideTrial({ resultsDir, cleanup, binary: newest, answers, ...options })
}

test.for(binaries)(
  'HAProxy $version: an agent that is not ours, its time in the overhead',
  async (binary) => {
    const trial = await openWith(() => true, { binary })
    for (const boot of [1, 2]) {
      const { result } = await measureBoot(trial, boot)
      expect(result.faults).toEqual([])
      expect(result.overheadMs?.count).toBe(12)
      expect([result.agentSleepMs, result.penaltyMs]).toEqual([null, null])
    }
    // Ours again, with a delay that only a spin can have made.
    expect((await trial.measureDecoy(new AbortController().signal))?.faults).toEqual([])
    trial.end('complete')
    const records = readRunFolder(trial.path)
    expect(replayRecords(records).fault).toBeNull()
    const run = analyseRun(records)
    expect(run.agent?.from).toBe('./an-agent -p {port}')
    expect(run.latencies[0]?.blocks).toBe(24)
  },
)

const kept: Traffic = { connection: 'keep-alive' }

test.for(binaries)('HAProxy $version: every request on a kept connection, and all join', async (binary) => {
  const trial = await openWith(() => true, { binary, traffic: kept })
  for (const boot of [1, 2]) expect((await measureBoot(trial, boot)).result.faults).toEqual([])
  // Our own agent stamps every request of a connection: its NOTIFYs are told apart by their number and time.
  expect((await trial.measureDecoy(new AbortController().signal))?.faults).toEqual([])
  trial.end('complete')
  const records = readRunFolder(trial.path)
  expect(replayRecords(records).fault).toBeNull()
  expect(analyseRun(records).traffic).toEqual(kept)
  for (const caseLines of groupByCase(records.lines).values()) {
    const exchanges = [...caseLines.blocks.values()].flat()
    // A request every 3 ms to three ports: a connection may be opened beside one that is busy, not for each.
    const opened = new Set(exchanges.map(([port, sourcePort]) => `${port}-${sourcePort}`)).size
    expect(opened).toBeLessThan(exchanges.length / 3)
  }
})

test.for(ends)('HAProxy $version: a mix of requests, on new connections and on kept ones', async (binary) => {
  const file = join(resultsDir, 'mix.json')
  // The largest header that is taken, and bodies that are larger than any buffer.
  const large = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`x-${index}`, 'y'.repeat(151)]))
  const requests = [
    { path: '/a?b=c', times: 4 },
    { method: 'HEAD', path: '/' },
    { method: 'POST', path: '/b', body: '{"a": 1}', headers: { 'content-type': 'application/json' } },
    { method: 'PUT', path: '/c', bodyBytes: 200_000 },
    { method: 'DELETE', path: '/d', headers: { host: 'shop.example' } },
    { path: '/e', headers: large },
  ]
  writeFileSync(file, JSON.stringify(requests))
  const { mix } = readMix(file)
  for (const connection of ['new', 'keep-alive'] as const) {
    const trial = await openWith(() => true, { binary, traffic: { connection, mix }, runId: connection })
    for (const boot of [1, 2]) expect((await measureBoot(trial, boot)).result.faults).toEqual([])
    expect((await trial.measureDecoy(new AbortController().signal))?.faults).toEqual([])
    trial.end('complete')
    const records = readRunFolder(trial.path)
    expect(replayRecords(records).fault).toBeNull()
    expect(analyseRun(records).traffic?.mix).toMatchObject({
      from: 'mix.json',
      requests: 6,
      largestBody: 200_000,
    })
    for (const planCase of plannedCases(records.plan)) {
      const caseLines = groupByCase(records.lines).get(planCase.id)!
      const casePlan = planOfCase(records.plan, planCase.id)
      expect(checkLoadFile(trial.path, casePlan, planCase, caseLines)).toBeNull()
    }
  }
})

test('what the agent set for one request of a connection does not prove the next', async () => {
  const trial = await openWith((notify) => notify !== 30, { traffic: kept })
  const { result } = await measureBoot(trial, 1)
  expect(result.verdict).toBeNull()
  expect(result.faults[0]).toMatchObject({
    kind: 'notify-count',
    first: expect.stringMatching(/1 failed open/),
  })
})

test('an agent that sets nothing is refused before the case starts', async () => {
  const trial = await openWith(() => false)
  await expect(measureBoot(trial, 1)).rejects.toThrow(
    /^Expected sess\.iprep\.ip_score to be set for every request to the arm offload before the case 0ms-12-boot-1 starts; it was for 0 of 1\./,
  )
})

test('one request that fails open while it is measured, and there is no verdict', async () => {
  // Three in the warm-up rounds of the first case, 20 discarded blocks.
  const trial = await openWith((notify) => notify !== 30)
  const { result } = await measureBoot(trial, 1)
  expect(result.verdict).toBeNull()
  expect(result.faults[0]).toMatchObject({
    kind: 'notify-count',
    first: expect.stringMatching(/1 failed open: sess\.iprep\.ip_score was not set for them/),
  })
})

test('an agent that goes away while it is measured ends the case, and is named', async () => {
  const trial = await openWith((notify) => (notify === 25 ? 'end' : true))
  await expect(measureBoot(trial, 1)).rejects.toThrow(
    /^Expected the agent to live through the case 0ms-12-boot-1, it answers no more: Expected an agent to listen on/,
  )
})
