import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { chainRow, hashRow, unchainRow } from '../record/chain.ts'
import type { OutageRecord } from '../record/outage.ts'
import type { OutageLine, OutagePlan, OutageRecords } from '../record/outage-plan.ts'
import { ledgerStart } from '../record/ledger.ts'
import { toNs } from '../record/units.ts'
import type { SealedVerification } from '../trial/replay-sealed.ts'
import { expectUnsoundFoldersFound } from '../trial/testing/unsound-folders.ts'
import { planOutages } from './plan-outages.ts'
import { openOutages, type SealedOutages } from './sealed-outages.ts'
import { hungRecords, testDesign, testHost } from './testing.ts'
import { verifyOutages } from './verify-outages.ts'
import { writeOutages } from './write-outages.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const seed = new Uint8Array(32).fill(7)
const { signal } = new AbortController()
const all = planOutages({
  runId: 'run',
  startedAt: '2026-11-27T12:00:00Z',
  design: testDesign,
  haproxys: [{ version: '3.4.7', release: { major: 3, minor: 4 } }],
})
// Of each of these is predicted what hangs records show.
const plan: OutagePlan = {
  ...all,
  rows: all.rows.filter(({ outage }) => ['refused', 'hung', 'late'].includes(outage)),
}

function open(of = plan): { readonly resultsDir: string; readonly sealed: SealedOutages } {
  const resultsDir = mkdtempSync(join(tmpdir(), 'verify-outages-'))
  folders.push(resultsDir)
  const haproxys = [{ version: '3.4.7', source: 'path', buildHash: '0' }]
  return { resultsDir, sealed: openOutages({ resultsDir, plan: of, host: testHost, haproxys, seed }) }
}

type Measure = (key: Uint8Array, row: number) => OutageRecords

/** Leaves a folder as a run that measured so many rows and ended. @returns its path */
async function measured(measure: Measure = (key) => hungRecords(key), rows = 3, of = plan): Promise<string> {
  const { resultsDir, sealed } = open(of)
  for (const [index, row] of of.rows.slice(0, rows).entries()) {
    await sealed.run(row, async (key) => measure(key, index), signal).catch(() => {})
  }
  writeOutages(resultsDir, sealed.end())
  return sealed.path
}

function verify(path: string, commitment?: string): SealedVerification<OutageRecord['outcome']> {
  return verifyOutages(path, { hasLedger: true, commitment })
}

/** Changes a line and chains all again, in the ledgers too: as one would who wants it to hold. */
function forge(path: string, change: (lines: OutageLine[]) => OutageLine[]): void {
  const ownRows = (file: string): string[] => readFileSync(file, 'utf8').trimEnd().split('\n')
  const lines = ownRows(join(path, 'rows.jsonl')).map((row) => unchainRow(row).line as OutageLine)
  const [first = '', last] = ownRows(join(path, 'ledger.jsonl'))
  let previous = hashRow(first)
  const rows = change(lines).map((line) => {
    const row = chainRow(line, previous)
    previous = hashRow(row)
    return row
  })
  writeFileSync(join(path, 'rows.jsonl'), `${rows.join('\n')}\n`)
  const end =
    last === undefined
      ? []
      : [chainRow({ ...(unchainRow(last).line as object), samplesHash: previous }, hashRow(first))]
  for (const folder of [path, dirname(path)]) {
    writeFileSync(join(folder, 'ledger.jsonl'), `${[first, ...end].join('\n')}\n`)
  }
  expect(unchainRow(first).previous).toBe(ledgerStart)
}

function editRecord(path: string, change: (record: OutageRecord) => unknown): void {
  const file = join(path, 'outage.json')
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as OutageRecord)))
}

test('a whole run holds, by the commitment that was announced', async () => {
  const path = await measured()
  expect(verify(path)).toEqual({ fault: null, notes: [], isEarly: false, outcome: 'measured' })
  const { commitment } = JSON.parse(readFileSync(join(path, 'outage.json'), 'utf8')) as OutageRecord
  expect(verify(path, commitment.toUpperCase()).fault).toBeNull()
  expect(verify(path, '00').fault).toMatch(/^expected the commitment 00, the run has/)
})

test('forged and left as it was, it holds: what the tests below find is their change', async () => {
  const path = await measured()
  forge(path, (lines) => lines)
  expect(verify(path).fault).toBeNull()
})

test('that it does what is not predicted holds too, and can not be hidden', async () => {
  const path = await measured((key) => hungRecords(key, { error: 257 }))
  expect(verify(path)).toMatchObject({ fault: null, outcome: 'unexplained' })
  editRecord(path, (record) => ({ ...record, outcome: 'measured' }))
  expect(verify(path).fault).toBe('the outcome in outage.json is not that of its rows')
})

const isRow = (line: OutageLine): line is Extract<OutageLine, { type: 'row' }> => line.type === 'row'
/** The same lines with the first row changed. */
function firstRow(
  lines: readonly OutageLine[],
  change: (row: OutageRecords) => Partial<OutageRecords>,
): OutageLine[] {
  const at = lines.findIndex(isRow)
  return lines.map((line, index) => (index === at && isRow(line) ? { ...line, ...change(line) } : line))
}

test.for<[name: string, change: (lines: OutageLine[]) => OutageLine[], said: RegExp]>([
  [
    'a row is left out',
    (lines) => lines.toSpliced(4, 3),
    /line 5: expected the row 3\.4\.7, hung, which is next in the plan/,
  ],
  [
    'a row is there twice',
    (lines) => lines.toSpliced(4, 0, ...lines.slice(1, 4)),
    /line 5: expected the row 3\.4\.7, hung/,
  ],
  [
    'two rows are exchanged',
    (lines) => [lines[0]!, ...lines.slice(4, 7), ...lines.slice(1, 4), ...lines.slice(7)],
    /line 2: expected the row 3\.4\.7, refused/,
  ],
  [
    'a row is opened before it is frozen',
    (lines) => lines.with(2, lines[3]!).with(3, lines[2]!),
    /expected its figures to be frozen next/,
  ],
  [
    'a row gets another key',
    (lines) => lines.with(3, { ...lines[3]!, key: '07'.repeat(32) } as OutageLine),
    /its key does not follow from the seed/,
  ],
  [
    'two requests are exchanged',
    (lines) =>
      firstRow(lines, ({ exchanges: [one, other, ...rest] }) => ({ exchanges: [other!, one!, ...rest] })),
    /line 2: request 1 is not the one that the key has drawn/,
  ],
  [
    'a block is left out',
    (lines) => firstRow(lines, ({ exchanges }) => ({ exchanges: exchanges.toSpliced(40, 4) })),
    /line 2: request 4[1-4] (?:is not the one that the key has drawn|was not to start when it was planned)/,
  ],
  [
    'all requests are left out',
    (lines) => firstRow(lines, () => ({ exchanges: [], origin: [] })),
    /expected whole blocks/,
  ],
  [
    'a request went to none of the ports',
    (lines) =>
      firstRow(lines, ({ exchanges }) => ({
        exchanges: exchanges.with(3, [...exchanges[3]!].with(0, 1) as (typeof exchanges)[number]),
      })),
    /request 4 is not the one that the key has drawn/,
  ],
  [
    'there is no port for an arm',
    (lines) => firstRow(lines, ({ ports }) => ({ ports: ports.slice(0, 3) })),
    /expected whole blocks/,
  ],
  [
    'a request starts when it suits',
    (lines) =>
      firstRow(lines, ({ exchanges }) => ({
        exchanges: exchanges.map(([port, source, ...rest], slot): (typeof exchanges)[number] => {
          const laterNs = slot < 50 ? 0 : toNs(7)
          const [intended, start, end, fault] = rest
          return [port, source, intended + laterNs, start + laterNs, end + laterNs, fault]
        }),
      })),
    /line 2: request 51 was not to start when it was planned/,
  ],
  [
    'a request ends before it starts',
    (lines) =>
      firstRow(lines, ({ exchanges }) => ({
        exchanges: exchanges.with(9, [...exchanges[9]!].with(4, 0) as (typeof exchanges)[number]),
      })),
    /line 2: request 10 has times that go back/,
  ],
  [
    'a request is left out',
    (lines) => firstRow(lines, ({ exchanges }) => ({ exchanges: exchanges.slice(0, -1) })),
    /expected whole blocks/,
  ],
  [
    'a wait is made shorter',
    (lines) =>
      firstRow(lines, ({ exchanges }) => ({
        exchanges: exchanges.map((one): (typeof exchanges)[number] => {
          const [port, source, intended, start, end, fault] = one
          return end - start > toNs(50) ? [port, source, intended, start, start + toNs(2), fault] : one
        }),
      })),
    /its figures under codes are not those that were frozen/,
  ],
  [
    'a request that passed unchecked gets a verdict',
    (lines) =>
      firstRow(lines, ({ origin, exchanges }) => ({
        origin: origin.map(([request, ns, proof]): (typeof origin)[number] =>
          proof === 'error-1' ? [request, ns, `${exchanges[request]![0]}-4711`] : [request, ns, proof],
        ),
      })),
    /its figures under codes are not those that were frozen/,
  ],
  [
    'the outage was shorter than planned',
    (lines) => firstRow(lines, ({ healing }) => ({ healing: { ...healing, fromNs: toNs(700) } })),
    /expected the agent to fail for as long as planned/,
  ],
  [
    'there is one line too many',
    (lines) => lines.toSpliced(10, 0, { type: 'failed', row: '3.4.7, late', message: '' }),
    /line 11: expected no more rows/,
  ],
  [
    'a row that was measured is said to have failed',
    (lines) => lines.toSpliced(1, 3, { type: 'failed', row: '3.4.7, refused', message: '' }),
    /figures of 3\.4\.7, refused in outage\.json are not those/,
  ],
  [
    'another seed is opened',
    (lines) => [...lines.slice(0, -1), { type: 'end', reason: 'complete', seed: '08'.repeat(32) }],
    /the commitment is not to this plan and seed/,
  ],
])('a run does not hold where %s', async ([, change, said]) => {
  const path = await measured()
  forge(path, change)
  expect(verify(path).fault).toMatch(said)
})

test.for<[name: string, change: (record: OutageRecord) => Partial<OutageRecord>, said: string]>([
  [
    'another plan',
    ({ plan: own }) => ({ plan: { ...own, design: { ...own.design, outageMs: 1 } } }),
    'plan.json and the plan in outage.json differ',
  ],
  ['another commitment', () => ({ commitment: '00' }), 'rows.jsonl and outage.json differ, line 1'],
  [
    'a third attempt, which it is not',
    () => ({ attempts: { number: 3, aborted: 0 } }),
    'outage.json counts its attempts otherwise than the ledger',
  ],
  [
    'another machine',
    ({ host }) => ({ host: { ...host, node: 'v26.0.0' } }),
    'the machine in outage.json is not the one that the run started on',
  ],
  [
    'another build of HAProxy',
    ({ haproxys: [first] }) => ({ haproxys: [{ ...first!, buildHash: '1' }] }),
    'the machine in outage.json is not the one that the run started on',
  ],
  ['another seed', () => ({ seed: '00' }), 'the seed in outage.json is not that of rows.jsonl'],
  [
    'fewer rows',
    ({ cells }) => ({ cells: cells.slice(1), outcome: 'incomplete' }),
    'the figures of 3.4.7, hung in outage.json are not those of its requests',
  ],
  [
    'no last row',
    ({ cells }) => ({ cells: cells.slice(0, -1), outcome: 'incomplete' }),
    'outage.json lacks rows that rows.jsonl has',
  ],
])('nor where outage.json says of %s', async ([, change, said]) => {
  const path = await measured()
  editRecord(path, (record) => ({ ...record, ...change(record) }))
  expect(verify(path).fault).toBe(said)
})

test('nor where it is not chained again, or files differ', async () => {
  const path = await measured()
  const text = readFileSync(join(path, 'rows.jsonl'), 'utf8')
  writeFileSync(join(path, 'rows.jsonl'), text.replace('"error-1"', '"error-2"'))
  expect(verify(path).fault).toMatch(/^rows\.jsonl, line 3: expected the hash of the line before it/)

  const other = await measured()
  editRecord(other, ({ cells: [first, ...rest], ...record }) => ({
    ...record,
    cells: [{ ...first, bypassMedianMs: 0 }, ...rest],
  }))
  expect(verify(other).fault).toBe(
    'the figures of 3.4.7, refused in outage.json are not those of its requests',
  )

  const table = await measured()
  writeFileSync(join(table, 'table.txt'), 'all is well\n')
  expect(verify(table).fault).toBe('table.txt is not the table of outage.json')

  const planned = await measured()
  writeFileSync(
    join(planned, 'plan.json'),
    readFileSync(join(planned, 'plan.json'), 'utf8')
      .replace('"half"', '"none"')
      .replace('"error": 1', '"error": 2'),
  )
  expect(verify(planned).fault).toBe('plan.json is not the plan that was hashed')
})

test('a row without figures is there with its reason, and makes the run incomplete', async () => {
  const path = await measured((key, row) => {
    if (row === 1) throw new Error('Expected the agent to come back.')
    return hungRecords(key)
  })
  expect(verify(path)).toMatchObject({ fault: null, isEarly: false, outcome: 'incomplete' })
  editRecord(path, (record) => ({ ...record, failures: [] }))
  expect(verify(path).fault).toBe('the outcome in outage.json is not that of its rows')
})

test('an interrupted run holds as far as it goes', async () => {
  const path = await measured((key) => hungRecords(key), 2)
  expect(verify(path)).toEqual({
    fault: null,
    notes: ['the run ended early, it was interrupted: 2 of 3 rows are there, and those were checked'],
    isEarly: true,
    outcome: 'incomplete',
  })
})

test('a start that was late shifts what comes behind it, and that holds', async () => {
  const path = await measured((key) => {
    const { exchanges, ...records } = hungRecords(key)
    const shifted = exchanges.map((exchange, slot): (typeof exchanges)[number] => {
      const [port, source, intended, start, end, fault] = exchange
      if (slot < 50) return exchange
      const behindNs = toNs(slot === 50 ? 0 : 7)
      return [port, source, intended + behindNs, start + toNs(7), end + toNs(7), fault]
    })
    return { ...records, exchanges: shifted }
  })
  expect(verify(path).fault).toBeNull()
})

test('so does a killed one, torn line and all, and not once its end was cut off', async () => {
  const { sealed } = open()
  await sealed.run(plan.rows[0]!, async (key) => hungRecords(key), signal)
  writeFileSync(join(sealed.path, 'rows.jsonl'), '{"previous":"00","type":"ro', { flag: 'a' })
  const { notes, ...said } = verify(sealed.path)
  expect(said).toEqual({ fault: null, isEarly: true, outcome: 'incomplete' })
  expect(notes).toHaveLength(2)

  const cut = await measured()
  const rows = readFileSync(join(cut, 'rows.jsonl'), 'utf8').split('\n')
  writeFileSync(join(cut, 'rows.jsonl'), `${rows.slice(0, 4).join('\n')}\n`)
  expect(verify(cut).fault).toContain('its end was cut off')
})

test('of a plan with the rules of another version figures are left as they are, and that is said', async () => {
  const path = await measured((key) => hungRecords(key), 3, { ...plan, rules: ['another rule'] })
  expect(verify(path)).toMatchObject({
    fault: null,
    notes: [expect.stringContaining('the rules in the plan are not those of this version')],
  })
})

test('a plan that predicts nothing of an arm is told in a sentence', async () => {
  const [first, ...rest] = plan.rows
  const path = await measured(undefined, 3, { ...plan, rows: [...rest, { ...first!, predicted: {} }] })
  expect(verify(path).fault).toMatch(/expected the plan to predict pass of 3\.4\.7, refused$/)
})

test('the folder of a version that did not seal is none', async () => {
  const path = await measured()
  rmSync(join(path, 'rows.jsonl'))
  expect(verify(path).fault).toBe('rows.jsonl is missing: a run of a version that did not seal outages?')
})

test('links, pipes, names that stand twice and a folder in the place of another one are found', async () => {
  await expectUnsoundFoldersFound('outage.json', measured, (path) => verify(path).fault)
})
