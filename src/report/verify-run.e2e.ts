import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { chainRow, hashRow, unchainRow } from '../record/chain.ts'
import type { SampleLine } from '../record/samples.ts'
import { planTrial } from '../trial/plan-trial.ts'
import { openTrial } from '../trial/trial.ts'
import { verifyRun } from './verify-run.ts'
import { writeReports } from './write-reports.ts'

// Runs that HAProxy was really measured in, once; every test spoils a copy.
const { binaries } = await haproxysAtHand()
const binary = binaries.at(-1) as HaproxyBinary
let made: string
let dir: string
const runPath = (): string => join(dir, 'run-b')

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'verify-made-'))
  for (const [index, runId] of ['run-a', 'run-b', 'run-c'].entries()) {
    const plan = planTrial({
      runId,
      startedAt: '2026-01-01T00:00:00.000Z',
      condition: 'paced',
      arms: ['bypass', 'placebo', 'offload'],
      agentSleepsMs: [0, 1],
      requests: [12],
      marginMs: 2,
      // A harness test may run on a machine that is busy with others.
      lateShare: 1,
      mode: 'as-is',
      release: { major: 3, minor: 2 },
    })
    await using trial = await openTrial({
      resultsDir: made,
      plan,
      host: {
        schema: 'spoe-bench/host/1',
        fingerprint: {},
        haproxy: { version: binary.version, source: binary.source, buildHash: '', nbthread: 1 },
        node: process.version,
        packages: {},
        keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
      },
      seed: new Uint8Array(32).fill(index + 1),
      machine: { binary, nbthread: 1, haproxyPrefix: () => [], enter: async () => {} },
      warmUpRounds: 0,
      onProgress: () => {},
    })
    // The first one is an attempt that died: a commitment without an end.
    if (index === 0) continue
    for (const { id } of plan.cases) await trial.measure(id, new AbortController().signal)
    trial.end('complete')
    await writeReports(trial.path)
  }
})
afterAll(() => rmSync(made, { recursive: true }))
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'verify-'))
  cpSync(made, dir, { recursive: true })
})
afterEach(() => rmSync(dir, { recursive: true }))

const check = async (hasLedger = true): Promise<string | null> =>
  (await verifyRun(runPath(), { hasLedger })).fault

function edit(file: string, change: (text: string) => string): void {
  const path = join(dir, file)
  const before = readFileSync(path, 'utf8')
  const after = change(before)
  expect(after).not.toBe(before)
  writeFileSync(path, after)
}
const rowsOf = (text: string): string[] => text.trimEnd().split('\n')
const editRows = (file: string, change: (rows: string[]) => string[]): void =>
  edit(file, (text) => `${change(rowsOf(text)).join('\n')}\n`)
const samples = 'run-b/samples.jsonl'

/** What somebody does who knows of the chain: changes lines, and then links them again. */
function relink(change: (lines: SampleLine[]) => SampleLine[]): void {
  editRows(samples, (rows) => {
    let previous = unchainRow(rows[0] as string).previous as string
    return change(rows.map((row) => unchainRow(row).line as SampleLine)).map((line) => {
      const row = chainRow(line, previous)
      previous = hashRow(row)
      return row
    })
  })
}
function relinkEach(change: (line: SampleLine) => void): void {
  relink((lines) => {
    for (const line of lines) change(line)
    return lines
  })
}
const indexOf = (rows: readonly string[], text: string): number => {
  const index = rows.findIndex((row) => row.includes(text))
  expect(index).toBeGreaterThan(0)
  return index
}
const swap = <T>(list: readonly T[], i: number): T[] =>
  list.with(i, list[i + 1] as T).with(i + 1, list[i] as T)

test('a run holds as it is, with its ledger, and counts the attempt before it', async () => {
  expect(await check()).toBeNull()
  expect(readFileSync(join(runPath(), 'table.txt'), 'utf8').replaceAll(/\s+/g, ' ')).toContain(
    'attempt 2, 1 aborted',
  )
})

test.for<[string, () => void]>([
  ['a sample is edited', () => edit(samples, (text) => text.replace(/(\d{7})(,null\])/, '1$1$2'))],
  ['a block is dropped', () => editRows(samples, (rows) => rows.toSpliced(indexOf(rows, '"block":3,'), 1))],
  ['two blocks change places', () => editRows(samples, (rows) => swap(rows, indexOf(rows, '"block":3,')))],
  ['the end is cut off', () => editRows(samples, (rows) => rows.slice(0, -1))],
  ['the last line is torn', () => edit(samples, (text) => text.slice(0, -20))],
  ['a line is no JSON', () => editRows(samples, (rows) => rows.with(5, '{'))],
  [
    "another run's block is put in",
    () => {
      const other = rowsOf(readFileSync(join(dir, 'run-c/samples.jsonl'), 'utf8'))
      const foreign = unchainRow(other[indexOf(other, '"block":3,')] as string).line as SampleLine
      relink((lines) => lines.map((line) => (line.type === 'block' && line.block === 3 ? foreign : line)))
    },
  ],
  [
    'a sleep is made longer',
    () =>
      relinkEach((line) => {
        if (line.type === 'agent') for (const notify of line.notifies) notify[4] += 50_000
      }),
  ],
  [
    'latencies are made shorter',
    () =>
      relinkEach((line) => {
        if (line.type === 'block') for (const exchange of line.exchanges) exchange[4] -= 1000
      }),
  ],
  [
    'a block is there twice',
    () =>
      relink((lines) =>
        lines.flatMap((line) => (line.type === 'block' && line.block === 2 ? [line, line] : [line])),
      ),
  ],
  [
    'a block is dropped and the chain linked again',
    () => relink((lines) => lines.filter((line) => line.type !== 'block' || line.block !== 30)),
  ],
  [
    'the requests of a block change places',
    () =>
      relinkEach((line) => {
        if (line.type === 'block' && line.block === 25) line.exchanges.reverse()
      }),
  ],
  [
    'ports change labels',
    () =>
      relinkEach((line) => {
        if (line.type === 'case') line.ports.reverse()
      }),
  ],
  [
    'a start is moved',
    () =>
      relinkEach((line) => {
        if (line.type === 'block' && line.block === 25)
          for (const exchange of line.exchanges) exchange[2] -= 9e6
      }),
  ],
  [
    'a case gets the key of another one',
    () => {
      relink((lines) => {
        const opened = lines.filter((line) => line.type === 'open')
        const keys = opened.map(({ key }) => key).toReversed()
        for (const [index, line] of opened.entries()) line.key = keys[index] as string
        return lines
      })
    },
  ],
  [
    'another seed is given out',
    () =>
      relinkEach((line) => {
        if (line.type === 'end') line.seed = '07'.repeat(32)
      }),
  ],
  [
    'another commitment is written',
    () =>
      relinkEach((line) => {
        if (line.type === 'start') line.commitment = 'c0ffee'
      }),
  ],
  [
    'a proof is invented',
    () =>
      relinkEach((line) => {
        if (line.type === 'origin') for (const request of line.requests) request[2] = 'none'
      }),
  ],
  [
    'a case is left out',
    () => relink((lines) => lines.filter((line) => !('case' in line) || line.case !== '1ms-12')),
  ],
  [
    'the frozen hash is another',
    () =>
      relinkEach((line) => {
        if (line.type === 'freeze') line.hash = '00'.repeat(32)
      }),
  ],
  [
    'the margin is changed afterwards',
    () => edit('run-b/plan.json', (text) => text.replace('"marginMs": 2', '"marginMs": 3')),
  ],
  [
    'a rule is reworded',
    () => edit('run-b/plan.json', (text) => text.replace('nothing is dropped', 'a few are dropped')),
  ],
  [
    'the host is another',
    () => edit('run-b/host.json', (text) => text.replace('"nbthread": 1', '"nbthread": 2')),
  ],
  [
    'an interval is changed',
    () => edit('run-b/run.json', (text) => text.replace(/"upper": [\d.]+/, '"upper": 0.1')),
  ],
  [
    'a verdict is changed',
    () => edit('run-b/run.json', (text) => text.replace(/"outcome": "\w+"/, '"outcome": "perfect"')),
  ],
  ['the table is changed', () => edit('run-b/table.txt', (text) => text.replace('1 aborted', '0 aborted'))],
  ['the plot is changed', () => edit('run-b/plot.csv', (text) => `${text}1,2,3\n`)],
  ["the run's ledger lines are cut", () => editRows('run-b/ledger.jsonl', (rows) => rows.slice(0, 1))],
  [
    'an aborted attempt is left out',
    () =>
      editRows('run-b/ledger.jsonl', (rows) => rows.map((row) => row.replace('"aborted":1', '"aborted":0'))),
  ],
  [
    'the samples of another run are put in',
    () => cpSync(join(dir, 'run-c/samples.jsonl'), join(dir, samples)),
  ],
])('without the ledger above: %s', async ([, tamper]) => {
  tamper()
  expect(await check(false)).toEqual(expect.any(String))
})

test.for<[string, () => void]>([
  ['its head is cut', () => editRows('ledger.jsonl', (rows) => rows.slice(1))],
  ['a line in the middle is cut', () => editRows('ledger.jsonl', (rows) => rows.toSpliced(1, 1))],
  ['the tail with the run itself is cut', () => editRows('ledger.jsonl', (rows) => rows.slice(0, 1))],
  ['a line is edited', () => edit('ledger.jsonl', (text) => text.replace('run-a', 'run-z'))],
])('the ledger: %s', async ([, tamper]) => {
  tamper()
  expect(await check(false)).toBeNull()
  expect(await check()).toContain('ledger')
})

test('a run that died is told from one that holds', async () => {
  expect((await verifyRun(join(dir, 'run-a'), { hasLedger: true })).fault).toContain('cut off, or ended')
})
