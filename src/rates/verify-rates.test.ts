import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { hashRatesPlan, type RatesPlan, type RatesRecord, type Stretch } from '../record/rates.ts'
import { armsOfCell, concludeRates, freezeSteps } from './conclude-rates.ts'
import { expectUnsoundFoldersFound } from '../trial/testing/unsound-folders.ts'
import { arrivalsKey, countArrivals, drawCells, roundKey } from './drawn.ts'
import { openRatesFolder } from './rates-folder.ts'
import { renderRates } from './rates-table.ts'
import { makeRecord, makeStretch, testCell, testPlan } from './testing.ts'
import { verifyRates, type RatesVerification } from './verify-rates.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const seed = new Uint8Array(32).fill(7)
const testedPlan: RatesPlan = { ...testPlan, cells: [testCell, { ...testCell, id: 'HAProxy 3.4.7, new' }] }

/** What a run of this plan and seed measures, with the latencies of nobody. */
const measured: readonly Stretch[] = drawCells(testedPlan, seed).flatMap(({ round, cell, stretches }) =>
  stretches.map(({ rate, code }): Stretch => {
    const body = armsOfCell(seed, cell.id)[code] === 'offload' ? '50' : '--'
    const arrivals = countArrivals(testedPlan, rate, arrivalsKey(roundKey(seed, cell.id, round), rate)).least
    return { ...makeStretch({ rate, round, code }, 0.3, body, arrivals), cell: cell.id }
  }),
)

/**
 * Leaves a folder as a run that ended so.
 * @param changes of what rates.json says; null: there is none
 * @returns its path
 */
function writeRun(
  stretches: readonly Stretch[],
  reason: 'complete' | 'interrupted' | 'killed',
  changes: Partial<RatesRecord> | null = {},
  plan = testedPlan,
): string {
  const resultsDir = mkdtempSync(join(tmpdir(), 'verify-rates-'))
  folders.push(resultsDir)
  const folder = openRatesFolder(resultsDir, plan, makeRecord({}), seed)
  for (const stretch of stretches) folder.append({ type: 'stretch', ...stretch })
  const { blinded, frozen } = freezeSteps(plan, stretches)
  if (reason === 'complete') folder.append({ type: 'freeze', hash: frozen })
  if (reason !== 'killed') folder.end(reason, seed)
  if (changes === null) return folder.path
  const known = {
    plan,
    planHash: hashRatesPlan(plan),
    commitment: folder.commitment,
    attempts: folder.attempts,
  }
  const record = {
    ...makeRecord(known),
    ...(reason === 'complete'
      ? {
          frozen,
          seed: Buffer.from(seed).toString('hex'),
          stretches,
          ...concludeRates(plan, stretches, blinded, seed),
        }
      : {
          frozen: null,
          seed: null,
          outcome: 'incomplete',
          steps: [],
          knees: [],
          stretches: stretches.slice(0, 12),
        }),
    ...changes,
  } as RatesRecord
  writeFileSync(join(folder.path, 'rates.json'), `${JSON.stringify(record)}\n`)
  if (reason === 'complete') writeFileSync(join(folder.path, 'rates.txt'), `${renderRates(record)}\n`)
  return folder.path
}

function verify(path: string): RatesVerification {
  return verifyRates(path, { hasLedger: true })
}

test('a whole run holds', () => {
  expect(verify(writeRun(measured, 'complete'))).toEqual({
    fault: null,
    notes: [],
    isEarly: false,
    outcome: 'measured',
  })
})

test.for<[name: string, change: (all: readonly Stretch[]) => Stretch[], said: RegExp]>([
  [
    'two are exchanged',
    ([one, other, ...rest]) => [other!, one!, ...rest],
    /line 2: expected the stretch that the seed has drawn/,
  ],
  ['one is there twice', ([one, ...rest]) => [one!, one!, ...rest], /line 3: expected the stretch/],
  ['one of the middle is left out', (all) => all.toSpliced(5, 1), /line 7: expected the stretch/],
  ['there is one too many', (all) => [...all, all[0]!], /drawn \(none\)/],
  [
    'one has other arrivals than were drawn',
    ([one, ...rest]) => [{ ...one!, arrivals: one!.arrivals + 1 }, ...rest],
    /line 2: expected the \d+ arrivals that the seed has drawn, got \d+/,
  ],
])('a run does not hold where %s', ([, change, said]) => {
  expect(verify(writeRun(change(measured), 'complete')).fault).toMatch(said)
})

test('a run does not hold on another machine than it started on', () => {
  const path = writeRun(measured, 'complete', { host: { ...makeRecord({}).host, node: 'v26.0.0' } })
  expect(verify(path).fault).toBe('the machine in rates.json is not the one that the run started on')
})

test('a run that lacks its last stretch is incomplete, and no other may say so', () => {
  const path = writeRun(measured.slice(0, -1), 'complete')
  expect(verify(path)).toMatchObject({ fault: null, outcome: 'incomplete' })
  const claimed = writeRun(measured.slice(0, -1), 'complete', { outcome: 'measured', reasons: [] })
  expect(verify(claimed).fault).toContain('not those of its stretches')
})

test('an interrupted run holds as far as it goes, in its first round too', () => {
  const notes = [
    'the run ended early, it was interrupted or a case failed: 5 of 72 stretches are there, and those were checked',
  ]
  const early = { fault: null, notes, isEarly: true, outcome: 'incomplete' }
  expect(verify(writeRun(measured.slice(0, 5), 'interrupted', null))).toEqual(early)
  expect(verify(writeRun(measured.slice(0, 30), 'interrupted'))).toMatchObject({ fault: null, isEarly: true })
  const exchanged = [measured[1]!, measured[0]!]
  expect(verify(writeRun(exchanged, 'interrupted', null)).fault).toContain('line 2: expected the stretch')
  const claimed = writeRun(measured.slice(0, 30), 'interrupted', { outcome: 'measured' })
  expect(verify(claimed).fault).toContain('has figures')
})

test('a killed run holds as far as it goes, its torn line aside, and not once its end was cut off', () => {
  const path = writeRun(measured.slice(0, 5), 'killed', null)
  writeFileSync(join(path, 'stretches.jsonl'), '{"previous":"00","type":"str', { flag: 'a' })
  const { notes, ...said } = verify(path)
  expect(said).toEqual({ fault: null, isEarly: true, outcome: 'incomplete' })
  expect(notes).toHaveLength(2)
  expect(verify(writeRun([measured[0]!, measured[0]!], 'killed', null)).fault).toContain(
    'line 3: expected a stretch of the plan',
  )
  const cut = writeRun(measured, 'complete')
  const rows = readFileSync(join(cut, 'stretches.jsonl'), 'utf8').split('\n')
  writeFileSync(join(cut, 'stretches.jsonl'), `${rows.slice(0, 20).join('\n')}\n`)
  expect(verify(cut).fault).toContain('its end was cut off')
})

test('of a plan with the rules of another version figures are left as they are, and that is said', () => {
  const { seconds: _, ...earlier } = testedPlan
  const without = measured.map((stretch): Stretch => {
    const { busyShare: _share, ...cpu } = stretch.cpu
    return { ...stretch, cpu }
  })
  const path = writeRun(without, 'complete', { knees: [] }, { ...earlier, rules: ['another rule'] })
  const { fault, notes } = verify(path)
  expect(fault).toBeNull()
  expect(notes).toEqual([expect.stringContaining('the rules in the plan are not those of this version')])
  // What does not follow from rules is held all the same.
  const exchanged = [without[1]!, without[0]!, ...without.slice(2)]
  const other = writeRun(exchanged, 'complete', {}, { ...earlier, rules: ['another rule'] })
  expect(verify(other).fault).toContain('line 2')
})

test('links, pipes, names that stand twice and a folder in the place of another one are found', async () => {
  await expectUnsoundFoldersFound(
    'rates.json',
    () => writeRun(measured, 'complete'),
    (path) => verify(path).fault,
  )
})
