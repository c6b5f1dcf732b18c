import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { chainRow, unchainRow } from '../record/chain.ts'
import { hashDesign } from '../record/ledger.ts'
import { commitTo, type Plan } from '../record/plan.ts'
import type { SampleLine } from '../record/samples.ts'
import { caseKey } from '../trial/allocation.ts'
import { forge, rowsOf, type Seal } from './testing/forge.ts'
import { measureSmallRun, openSmallTrial, smallPlan } from './testing/measured-runs.ts'
import { verifyRun } from './verify-run.ts'

// Runs that HAProxy was really measured in, once; every test spoils a copy.
const { binaries } = await haproxysAtHand()
const binary = binaries.at(-1) as HaproxyBinary
let made: string
let dir: string
const runPath = (): string => join(dir, 'run-b')

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'verify-made-'))
  const options = (runId: string, index: number): Parameters<typeof openSmallTrial>[0] => ({
    resultsDir: made,
    plan: smallPlan(runId),
    binary,
    seed: new Uint8Array(32).fill(index),
  })
  // The first one is an attempt that died: a commitment without an end.
  await using _died = await openSmallTrial(options('run-a', 1))
  await measureSmallRun(options('run-b', 2))
  await measureSmallRun(options('run-c', 3))
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
const editRows = (file: string, change: (rows: string[]) => string[]): void =>
  edit(file, (text) => `${change(rowsOf(text)).join('\n')}\n`)
const samples = 'run-b/samples.jsonl'
const plan = 'run-b/plan.json'

/** Changes the records and leaves their links as they were. */
function editLines(change: (lines: SampleLine[]) => SampleLine[]): void {
  editRows(samples, (rows) => {
    const links = rows.map((row) => String(unchainRow(row).previous))
    const lines = change(rows.map((row) => unchainRow(row).line as SampleLine))
    return lines.map((line, index) => chainRow(line, links[index] ?? ''))
  })
}
function editEach(change: (line: SampleLine) => void): void {
  editLines((lines) => {
    for (const line of lines) change(line)
    return lines
  })
}
function editBlock(block: number, change: (line: Extract<SampleLine, { type: 'block' }>) => void): void {
  editEach((line) => {
    if (line.type === 'block' && line.block === block) change(line)
  })
}
const indexOf = (rows: readonly string[], text: string): number => {
  const index = rows.findIndex((row) => row.includes(text))
  expect(index).toBeGreaterThan(0)
  return index
}
const linesOf = (run: string): SampleLine[] =>
  rowsOf(readFileSync(join(dir, run, 'samples.jsonl'), 'utf8')).map(
    (row) => unchainRow(row).line as SampleLine,
  )
/** Reseals a changed plan or seed with a commitment of its own. */
function recommit(seed: Uint8Array): void {
  const changed = JSON.parse(readFileSync(join(dir, plan), 'utf8')) as Plan
  editEach((line) => {
    if (line.type === 'start') line.commitment = commitTo(changed, seed)
    if (line.type === 'open') line.key = Buffer.from(caseKey(seed, line.case)).toString('hex')
    if (line.type === 'end') line.seed = Buffer.from(seed).toString('hex')
  })
}
const changeMargin = (): void => edit(plan, (text) => text.replace('"marginMs": 2', '"marginMs": 3'))

test('a run holds as it is, with its ledger, and counts the attempt before it', async () => {
  expect(await verifyRun(runPath(), { hasLedger: true })).toMatchObject({
    fault: null,
    notes: [],
    isEarly: false,
  })
  expect(readFileSync(join(runPath(), 'table.txt'), 'utf8').replaceAll(/\s+/g, ' ')).toContain(
    'attempt 2, 1 aborted',
  )
})

const brokenLink = /line \d+: expected the hash of the line before it/
const order = /1?0?ms-12: block \d+ is not in the order that was drawn/
const starts = /block \d+ has starts that were not drawn/
const frozen = /its blinded analysis is not the one that was frozen/
const uncommitted = /the seed does not open the commitment/
const unjoined = /its records do not join/
const ledgerEnd = /samples.jsonl does not end as its ledger.jsonl says/

// What is caught, by which check, and which of the seals the forger left: he made all the others again.
test.for<[string, () => void, RegExp, Seal?]>([
  [
    'a sample is edited',
    () => edit(samples, (text) => text.replace(/(\d{7})(,null\])/, '1$1$2')),
    brokenLink,
    'chain',
  ],
  [
    'a block is dropped, its neighbours linked as they were',
    () => editRows(samples, (rows) => rows.toSpliced(indexOf(rows, '"block":3,'), 1)),
    brokenLink,
    'chain',
  ],
  [
    'two blocks change places',
    () =>
      editRows(samples, (rows) => {
        const at = indexOf(rows, '"block":3,')
        return rows.with(at, rows[at + 1] as string).with(at + 1, rows[at] as string)
      }),
    brokenLink,
    'chain',
  ],
  ['the end is cut off', () => editRows(samples, (rows) => rows.slice(0, -1)), ledgerEnd],
  [
    'steal is hidden',
    () => editEach((line) => line.type === 'health' && (line.stealShare = 0.5)),
    ledgerEnd,
    'ledger',
  ],
  [
    'latencies are made shorter, the freeze made again',
    () =>
      editEach((line) => {
        if (line.type === 'block') for (const exchange of line.exchanges) exchange[4] -= 1000
      }),
    ledgerEnd,
    'ledger',
  ],
  [
    'latencies are made shorter',
    () =>
      editEach((line) => {
        if (line.type === 'block') for (const exchange of line.exchanges) exchange[4] -= 1000
      }),
    frozen,
    'freeze',
  ],
  [
    'a sleep is made longer',
    () =>
      editEach((line) => {
        if (line.type === 'agent') for (const notify of line.notifies) notify[4] += 50_000
      }),
    frozen,
    'freeze',
  ],
  [
    'the frozen hash is another',
    () => editEach((line) => line.type === 'freeze' && (line.hash = '00'.repeat(32))),
    frozen,
    'freeze',
  ],
  [
    'a block is there twice',
    () =>
      editLines((lines) =>
        lines.flatMap((line) => (line.type === 'block' && line.block === 2 ? [line, line] : [line])),
      ),
    /is not in its place, or there twice/,
  ],
  [
    'a block is dropped',
    () => editLines((lines) => lines.filter((line) => line.type !== 'block' || line.block !== 30)),
    /block 30 is missing or not whole/,
  ],
  [
    "another run's block is put in",
    () => {
      const foreign = linesOf('run-c').find((line) => line.type === 'block' && line.block === 3)
      editLines((lines) =>
        lines.map((line) =>
          line.type === 'block' && line.block === 3 && foreign?.type === 'block'
            ? { ...foreign, case: line.case }
            : line,
        ),
      )
    },
    order,
  ],
  [
    "another run's case is put in whole",
    () =>
      editLines((lines) => [
        ...lines.slice(0, 1),
        ...linesOf('run-c').filter((line) => 'case' in line),
        ...lines.slice(-1),
      ]),
    /its key does not follow from the seed/,
  ],
  [
    'the requests of a block change places',
    () => editBlock(25, (line) => (line.exchanges = line.exchanges.toReversed())),
    order,
  ],
  [
    'ports change labels',
    () => editEach((line) => line.type === 'case' && (line.ports = line.ports.toReversed())),
    order,
  ],
  [
    'two ports change places in every record',
    () =>
      editLines((lines) => {
        const [first, second] = lines.find((line) => line.type === 'case')?.ports ?? []
        const swapped = new Map([
          [first, second],
          [second, first],
        ])
        for (const line of lines) {
          const tuples = line.type === 'block' ? line.exchanges : line.type === 'agent' ? line.notifies : []
          for (const tuple of tuples) tuple[0] = swapped.get(tuple[0]) ?? tuple[0]
        }
        return lines
      }),
    order,
  ],
  [
    'a start is moved',
    () =>
      editBlock(25, (line) => {
        for (const exchange of line.exchanges) exchange[2] -= 9e6
      }),
    starts,
  ],
  [
    'starts are said to be in time',
    () =>
      editEach((line) => {
        if (line.type === 'block') for (const exchange of line.exchanges) exchange[2] = exchange[3]
      }),
    starts,
  ],
  [
    'a request ends before it starts',
    () =>
      editBlock(25, (line) => {
        for (const exchange of line.exchanges) exchange[4] = exchange[3] - 1
      }),
    /block 25 has times that go back/,
  ],
  [
    'a case is said to have run awake',
    () => editEach((line) => line.type === 'case' && (line.mode = 'awake')),
    /it ran awake, not as-is/,
  ],
  [
    'a case gets the key of another one',
    () =>
      editLines((lines) => {
        const opened = lines.filter((line) => line.type === 'open')
        const keys = opened.map(({ key }) => key).toReversed()
        for (const [index, line] of opened.entries()) line.key = keys[index] as string
        return lines
      }),
    /its key does not follow from the seed/,
  ],
  [
    'another seed is given out',
    () => editEach((line) => line.type === 'end' && (line.seed = '07'.repeat(32))),
    uncommitted,
  ],
  ['the run is seeded again, with the commitment', () => recommit(new Uint8Array(32).fill(7)), order],
  [
    'another commitment is written',
    () => editEach((line) => line.type === 'start' && (line.commitment = 'c0ffee')),
    uncommitted,
  ],
  [
    'the samples are of another run',
    () => cpSync(join(dir, 'run-c/samples.jsonl'), join(dir, samples)),
    /plan.json is of the run run-b, the samples of run-c/,
  ],
  ['the margin is changed afterwards', changeMargin, uncommitted],
  [
    'the margin is changed, the hash of the plan is not',
    changeMargin,
    /not the plan that was committed to/,
    'start',
  ],
  [
    'the margin is changed and committed to',
    () => {
      changeMargin()
      recommit(new Uint8Array(32).fill(2))
    },
    /the commitment in the run's ledger.jsonl is another one/,
  ],
  [
    'a rule is reworded',
    () => edit(plan, (text) => text.replace('nothing is dropped', 'a few are dropped')),
    uncommitted,
  ],
  [
    'a hypothesis is dropped',
    () => edit(plan, (text) => text.replace(/"hypotheses": \[\s*"[^"]*",/, '"hypotheses": [')),
    uncommitted,
  ],
  [
    'the host is another',
    () => edit('run-b/host.json', (text) => text.replace('"nbthread": 1', '"nbthread": 2')),
    /host.json is not what the run started with/,
    'start',
  ],
  [
    'a proof is invented',
    () =>
      editEach((line) => {
        if (line.type === 'origin') for (const request of line.requests) request[2] = 'none'
      }),
    unjoined,
  ],
  ['a NOTIFY is dropped', () => editEach((line) => line.type === 'agent' && line.notifies.pop()), unjoined],
  [
    'a NOTIFY goes to another port',
    () =>
      editEach((line) => {
        if (line.type === 'agent') for (const notify of line.notifies.slice(30)) notify[0] += 1
      }),
    unjoined,
  ],
  [
    'a case is left out',
    () => editLines((lines) => lines.filter((line) => !('case' in line) || line.case !== '1ms-12')),
    /1ms-12: expected it to be opened in a complete run/,
  ],
  [
    'a case is not opened',
    () => editLines((lines) => lines.filter((line) => line.type !== 'open' || line.case !== '1ms-12')),
    /1ms-12: expected it to be opened in a complete run/,
  ],
  [
    'the health of a case is left out',
    () => editLines((lines) => lines.filter(({ type }) => type !== 'health')),
    /its line "health" is missing/,
  ],
  [
    "the run's end is cut off its ledger",
    () => editRows('run-b/ledger.jsonl', (rows) => rows.slice(0, 1)),
    /expected the run's commitment and its end in its ledger.jsonl/,
  ],
  [
    'an aborted attempt is left out',
    () =>
      editRows('run-b/ledger.jsonl', (rows) => rows.map((row) => row.replace('"aborted":1', '"aborted":0'))),
    /line 1: expected the hash of the line before it \(its commitment in ledger.jsonl\)/,
    'chain',
  ],
])('without the ledger above: %s', async ([, tamper, meant, left]) => {
  tamper()
  expect(await check(false)).toEqual(expect.any(String))
  await forge(runPath(), left)
  expect(await check(false)).toMatch(meant)
})

test.for<[string, () => void, RegExp]>([
  [
    'an interval is changed',
    () => edit('run-b/run.json', (text) => text.replace(/"upper": [\d.]+/, '"upper": 0.1')),
    /^run.json is not what comes out/,
  ],
  [
    'a verdict is changed',
    () => edit('run-b/run.json', (text) => text.replace(/"outcome": "\w+"/, '"outcome": "perfect"')),
    /^run.json is not what comes out/,
  ],
  ['a report is missing', () => rmSync(join(runPath(), 'run.json')), /^run.json is not what comes out/],
  [
    'the page is changed',
    () => edit('run-b/report.html', (text) => text.replace('<title>spoe-bench', '<title>spoe-bunch')),
    /^report.html is not what comes out/,
  ],
  [
    'the table is changed',
    () => edit('run-b/table.txt', (text) => text.replace('1 aborted', '0 aborted')),
    /^table.txt/,
  ],
  [
    'what the load generator was told is changed',
    () => edit('run-b/load/02.json', (text) => text.replace('"deadlineMs":30000', '"deadlineMs":3000')),
    /^1ms-12: load.02.json is not what its load generator was to be told/,
  ],
  [
    'what the load generator was told is missing',
    () => rmSync(join(runPath(), 'load/01.json')),
    /^0ms-12: load.01.json/,
  ],
  ['the plot is changed', () => edit('run-b/plot.csv', (text) => `${text}1,2,3\n`), /^plot.csv/],
  ['a line is no JSON', () => editRows(samples, (rows) => rows.with(5, '{')), /line 6: expected a record/],
  ['the last line is torn', () => edit(samples, (text) => text.slice(0, -20)), ledgerEnd],
  [
    'something stands behind the end',
    () => edit(samples, (text) => `${text}{"type"`),
    /nothing behind the end/,
  ],
])('what no hash can mend: %s', async ([, tamper, meant]) => {
  tamper()
  expect(await check(false)).toMatch(meant)
})

test.for<[string, () => void, RegExp]>([
  ['its head is cut', () => editRows('ledger.jsonl', (rows) => rows.slice(1)), /the ledger, line 1/],
  ['a line in the middle is cut', () => editRows('ledger.jsonl', (rows) => rows.toSpliced(1, 1)), /line 2/],
  [
    'the tail with the run itself is cut',
    () => editRows('ledger.jsonl', (rows) => rows.slice(0, 1)),
    /a line of the run is not in the ledger/,
  ],
  ['a line is edited', () => edit('ledger.jsonl', (text) => text.replace('run-a', 'run-z')), /line 2/],
])('the ledger: %s', async ([, tamper, meant]) => {
  tamper()
  expect(await check(false)).toBeNull()
  expect(await check()).toMatch(meant)
})

test.for<[string, () => void, RegExp]>([
  [
    'latencies are made shorter',
    () =>
      editEach((line) => {
        if (line.type === 'block') for (const exchange of line.exchanges) exchange[4] -= 1000
      }),
    /a line of the run is not in the ledger/,
  ],
  [
    'an aborted attempt is left out',
    () =>
      editRows('run-b/ledger.jsonl', (rows) => rows.map((row) => row.replace('"aborted":1', '"aborted":0'))),
    /a line of the run is not in the ledger/,
  ],
  [
    'a complete run is passed off as one that died',
    () => {
      editRows(samples, (rows) => rows.slice(0, -1))
      editRows('run-b/ledger.jsonl', (rows) => rows.slice(0, 1))
    },
    /the ledger has a line of the run that its folder lacks/,
  ],
])('forged to the last hash, and only the ledger above shows it: %s', async ([, tamper, meant]) => {
  tamper()
  await forge(runPath())
  expect(await check(false)).toBeNull()
  expect(await check()).toMatch(meant)
})

test('planned, seeded, committed to and entered again: the commitment that was announced shows it', async () => {
  const { commitment: announced } = linesOf('run-b').find((line) => line.type === 'start') ?? {
    commitment: '',
  }
  const hold = async (commitment: string): Promise<string | null> =>
    (await verifyRun(runPath(), { hasLedger: false, commitment })).fault
  expect(await hold(announced.toUpperCase())).toBeNull()
  changeMargin()
  recommit(new Uint8Array(32).fill(2))
  const { commitment } = linesOf('run-b').find((line) => line.type === 'start') ?? {}
  edit('run-b/ledger.jsonl', (text) =>
    text
      .replace(announced, commitment ?? '')
      .replace(
        /"designHash":"\w+"/,
        `"designHash":"${hashDesign(JSON.parse(readFileSync(join(dir, plan), 'utf8')) as Plan)}"`,
      ),
  )
  await forge(runPath())
  expect(await check(false)).toBeNull()
  expect(await hold(announced)).toContain('not the one that was announced')
  expect(await check()).toContain('a line of the run is not in the ledger')
})

test('measured by other code: said, and held figure by figure', async () => {
  const code = { version: '0.0.9', hash: '0'.repeat(64) }
  const seed = new Uint8Array(32).fill(4)
  await measureSmallRun({ resultsDir: dir, plan: { ...smallPlan('run-d'), code }, binary, seed })
  const look = async () => verifyRun(join(dir, 'run-d'), { hasLedger: true })
  expect(await look()).toMatchObject({
    fault: null,
    notes: [expect.stringMatching(/^measured by other code \(0\.0\.9, 000000000000\)/)],
  })
  edit('run-d/table.txt', (text) => `${text}one line that this version does not have\n`)
  const write = (change: (run: Record<string, unknown>) => Record<string, unknown>): void =>
    edit('run-d/run.json', (text) => `${JSON.stringify(change(JSON.parse(text)), null, 2)}\n`)
  write((run) => ({ ...run, gone: 1 }))
  const { fault, notes } = await look()
  expect(fault).toBeNull()
  expect(notes.at(-1)).toMatch(/^run\.json, table\.txt: other code made it/)
  edit('run-d/run.json', (text) => text.replace(/"upper": [\d.]+/, '"upper": 0.1'))
  expect((await look()).fault).toMatch(/^run\.json is not what .*\/upper is 0\.1 there, /)
  edit('run-d/run.json', (text) => text.replace('{', '{ "outcome": "perfect",'))
  expect((await look()).fault).toMatch(/it is not written as a run writes it/)
  edit('run-d/run.json', () => '{}\n')
  expect((await look()).fault).toMatch(/\/cases is missing$/)
  rmSync(join(dir, 'run-d/run.json'))
  expect((await look()).fault).toMatch(/it is missing$/)
})

test.for<[string, () => void, RegExp]>([
  [
    'the folder of a run is put in the place of another',
    () => {
      rmSync(runPath(), { recursive: true })
      cpSync(join(dir, 'run-c'), runPath(), { recursive: true })
    },
    /^the folder run-b holds the run run-c/,
  ],
  [
    'a name stands twice in the plan, and a reader sees the first',
    () => edit(plan, (text) => text.replace('{', '{ "marginMs": 0.1,')),
    /^plan\.json is not written as a run writes it/,
  ],
  [
    'the host is written anew',
    () => edit('run-b/host.json', (text) => text.replaceAll('\n', '\r\n')),
    /^host\.json is not written as a run writes it/,
  ],
  [
    'a folder in the place of a table',
    () => {
      rmSync(join(runPath(), 'table.txt'))
      mkdirSync(join(runPath(), 'table.txt'))
    },
    /^a file of the run can not be read: EISDIR/,
  ],
  [
    'a pipe in the place of run.json',
    () => {
      rmSync(join(runPath(), 'run.json'))
      execFileSync('mkfifo', [join(runPath(), 'run.json')])
    },
    /^run\.json is no regular file/,
  ],
  [
    'a link in the place of the samples',
    () => {
      rmSync(join(dir, samples))
      symlinkSync('../run-c/samples.jsonl', join(dir, samples))
    },
    /^samples\.jsonl is no regular file/,
  ],
])('the folder itself: %s', async ([, tamper, meant]) => {
  tamper()
  expect(await check()).toMatch(meant)
})
