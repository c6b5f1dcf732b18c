import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { chainRow, unchainRow } from '../record/chain.ts'
import type { Run } from '../record/run.ts'
import type { SampleLine } from '../record/samples.ts'
import { decoyId } from '../trial/decoy.ts'
import { forge, rowsOf, type Seal } from './testing/forge.ts'
import { measureSmallRun, openSmallTrial, smallPlan } from './testing/measured-runs.ts'
import { verifyRun } from './verify-run.ts'

// A run with a decoy, really measured, with nothing beside it: a stall or two of the machine hide even 5 ms in 40 blocks,
// and with more the requests overlap.
const { binaries } = await haproxysAtHand()
const binary = binaries.at(-1) as HaproxyBinary
const decoy = { requests: 40, injectionMs: { min: 5, max: 6 } }
const seed = new Uint8Array(32).fill(4)
let made: string
let dir: string
const runPath = (): string => join(dir, 'run-d')

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'decoy-made-'))
  await measureSmallRun({ resultsDir: made, plan: smallPlan('run-d', decoy), binary, seed })
})
afterAll(() => rmSync(made, { recursive: true }))
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'decoy-'))
  cpSync(made, dir, { recursive: true })
})
afterEach(() => rmSync(dir, { recursive: true }))

const check = async (): Promise<string | null> => (await verifyRun(runPath(), { hasLedger: true })).fault

function edit(file: string, change: (text: string) => string): void {
  const path = join(runPath(), file)
  const before = readFileSync(path, 'utf8')
  const after = change(before)
  expect(after).not.toBe(before)
  writeFileSync(path, after)
}
function editLines(change: (lines: SampleLine[]) => SampleLine[]): void {
  edit('samples.jsonl', (text) => {
    const lines = change(rowsOf(text).map((row) => unchainRow(row).line as SampleLine))
    return `${lines.map((line) => chainRow(line, '')).join('\n')}\n`
  })
}
const isDecoys = (line: SampleLine): boolean => 'case' in line && line.case === decoyId

test('the decoy is found, opened last, and in the table', async () => {
  expect(await check()).toBeNull()
  const run = JSON.parse(readFileSync(join(runPath(), 'run.json'), 'utf8')) as Run
  expect(run.decoy).toMatchObject({ isFound: true, faults: [], requests: 40 })
  expect(run.decoy?.effectMs?.count).toBe(40)
  expect(run.cases.map(({ id }) => id)).toEqual(['0ms-12', '1ms-12'])
  expect(readFileSync(join(runPath(), 'table.txt'), 'utf8')).toContain('decoy found: a sealed 5.')
})

test('a decoy is refused while a case is not open', async () => {
  const plan = smallPlan('run-e', decoy)
  await using trial = await openSmallTrial({ resultsDir: dir, plan, binary, seed })
  await expect(trial.measureDecoy(new AbortController().signal)).rejects.toThrow(
    'Expected every case to be open before the decoy; 2 are not measured.',
  )
})

test.for<[string, () => void, RegExp, Seal?]>([
  [
    'the decoy is left out',
    () => editLines((lines) => lines.filter((line) => !isDecoys(line))),
    /^decoy: expected it to be opened in a complete run/,
  ],
  [
    'the decoy is opened first',
    () =>
      editLines((lines) => {
        const others = lines.filter((line) => !isDecoys(line))
        return [...others.slice(0, 1), ...lines.filter(isDecoys), ...others.slice(1)]
      }),
    /expected the decoy to be opened last, 2 cases were opened after it/,
  ],
  [
    'the decoy gets another key',
    () =>
      editLines((lines) =>
        lines.map((line) =>
          line.type === 'open' && isDecoys(line) ? { ...line, key: '07'.repeat(32) } : line,
        ),
      ),
    /^decoy: its key does not follow from the seed/,
  ],
  [
    'the injection is made to show',
    () =>
      editLines((lines) => {
        for (const line of lines) {
          if (line.type === 'agent' && isDecoys(line)) for (const notify of line.notifies) notify[4] += 1000
        }
        return lines
      }),
    /^decoy: its blinded analysis is not the one that was frozen/,
    'freeze',
  ],
  [
    'the injection is said to have been larger',
    () => edit('plan.json', (text) => text.replace('"max": 6', '"max": 60')),
    /the seed does not open the commitment/,
  ],
  [
    'the level is loosened',
    () => edit('plan.json', (text) => text.replace('"alpha": 0.005', '"alpha": 0.05')),
    /the seed does not open the commitment/,
  ],
])('%s', async ([, tamper, meant, left]) => {
  tamper()
  expect(await check()).toEqual(expect.any(String))
  await forge(runPath(), left)
  expect((await verifyRun(runPath(), { hasLedger: false })).fault).toMatch(meant)
})

test('what run.json says of the decoy is made again', async () => {
  edit('run.json', (text) => text.replace('"isFound": true', '"isFound": false'))
  expect(await check()).toMatch(/^run.json is not what comes out/)
})
