import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { spoeEvents } from '../haproxy/sections.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { readProof } from '../haproxy/user-config.ts'
import type { Traffic } from '../record/traffic.ts'
import { analyseRun } from './analyse-run.ts'
import { type Cleanup, createCleanup } from './cleanup.ts'
import { replayRecords } from './replay.ts'
import { readRunFolder, type RunRecords } from './run-folder.ts'
import { measureBoot, openOutsideTrial } from './testing/outside-trial.ts'
import type { Trial } from './trial.ts'

const { binaries } = await haproxysAtHand()
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

/** Both ways to be asked on a request and its response, besides the events. */
const groups = ['http-request', 'http-response'].map((rule) => `${rule} send-spoe-group`)
const all = [...spoeEvents, ...groups]
/** Of which HAProxy's clock can be read around. */
const bracketed = [
  'on-frontend-http-request',
  'on-backend-tcp-request',
  'on-backend-http-request',
  'on-http-response',
  ...groups,
]

function open(
  binary: HaproxyBinary,
  asked: string,
  answers: (notify: number) => boolean,
  traffic: Traffic = { connection: 'new' },
): Promise<Trial> {
  const isGroup = groups.includes(asked)
  return openOutsideTrial({
    resultsDir,
    cleanup,
    binary,
    answers,
    traffic,
    runId: asked.replace(' ', '-'),
    edit: (text) =>
      isGroup
        ? `${text.replace('messages check-client-ip', 'groups g').replace(/ *event .*\n/, '')}spoe-group g\n    messages check-client-ip\n`
        : text.replace('on-client-session', asked),
    rules: isGroup ? [`${asked} ip-reputation g`] : [],
  })
}

/** What HAProxy says that it was at asking, in us: the least of all requests that are proven, or not. */
function leastAskedUs({ lines }: RunRecords, isProven: boolean): number {
  const proofs = lines.flatMap((line) => {
    if (line.type === 'origin') return line.requests.map(([, , proof]) => proof)
    return line.type === 'block' ? line.exchanges.flatMap(([, , , , , , proof]) => proof ?? []) : []
  })
  const asked = proofs.map(readProof).filter((proof) => proof.isProven === isProven)
  return Math.min(...asked.flatMap(({ askedUs }) => askedUs ?? []))
}

test.for(binaries.flatMap((binary) => all.map((asked) => ({ binary, asked, version: binary.version }))))(
  'HAProxy $version, $asked: every request proves itself',
  async ({ binary, asked }) => {
    const trial = await open(binary, asked, () => true)
    expect((await measureBoot(trial, 1)).result.faults).toEqual([])
    trial.end('interrupted')
    const records = readRunFolder(trial.path)
    expect(replayRecords(records).fault).toBeNull()
    const { latencies, agent } = analyseRun(records)
    expect(agent?.asking?.events).toEqual([asked])
    const isSplit = bracketed.includes(asked)
    expect(latencies[0]?.split !== undefined).toBe(isSplit)
    if (!isSplit) return
    // Without a filter the clock stands still between the two readings; with it a message goes and comes. The least of each:
    // on a busy machine any of them may be held up in between.
    expect(leastAskedUs(records, true)).toBeGreaterThan(leastAskedUs(records, false))
  },
)

test.for(['on-client-session', 'on-http-response'])(
  '%s on kept connections is asked for every request, and one that fails open is found',
  async (asked) => {
    const binary = binaries.at(-1) as HaproxyBinary
    const trial = await open(binary, asked, (notify) => notify !== 30, { connection: 'keep-alive' })
    const { result } = await measureBoot(trial, 1)
    expect(result.verdict).toBeNull()
    expect(result.faults[0]).toMatchObject({
      kind: 'notify-count',
      first: expect.stringMatching(/of 12 requests to port \d 1 failed open/),
    })
  },
)
