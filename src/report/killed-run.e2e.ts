import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execaNode } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { openSmallTrial, smallPlan } from './testing/measured-runs.ts'
import { verifyRun } from './verify-run.ts'
import { writeReports } from './write-reports.ts'

// A real process, killed with SIGKILL half way through the second of its two cases; the tests go in order.
const { binaries } = await haproxysAtHand()
const binary = binaries.at(-1) as HaproxyBinary
const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))
let dir: string
let killed: string
let signal: string | undefined

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'killed-'))
  killed = join(dir, 'run-a')
  const script = fileURLToPath(new URL('./testing/killed-run.ts', import.meta.url))
  const args = [dir, 'run-a', JSON.stringify(binary)]
  ;({ signal } = await execaNode(script, args, { reject: false, nodeOptions: [] }))
})
afterAll(() => rmSync(dir, { recursive: true }))

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ')
const early = 'the run ended early, without an end: 1 of 2 cases are finished, and those were checked'

test('it holds as far as it goes, and says that it ended early', async () => {
  expect(signal).toBe('SIGKILL')
  const { fault, notes } = await verifyRun(killed, { hasLedger: true })
  expect(fault).toBeNull()
  expect(notes).toContain(early)
  expect(notes.join('; ')).toContain('it left no report')
})

test('a last line that was being written is dropped, and said', async () => {
  appendFileSync(join(killed, 'samples.jsonl'), '{"previous":"00","type":"blo')
  const { fault, notes } = await verifyRun(killed, { hasLedger: true })
  expect(fault).toBeNull()
  expect(notes).toContain('the last line of samples.jsonl was cut off and is left out')
})

test('it is analysed for the case that it finished, and says so', async () => {
  const { run, table } = await writeReports(killed)
  expect(run.outcome).toBe('incomplete')
  expect(run.cases.map(({ id, arms }) => [id, arms.offload?.count])).toEqual([['0ms-12', 12]])
  expect(oneLine(table)).toContain('1 of 2 cases are there: it ended before its time')
  expect(oneLine(table)).toContain('the last line of samples.jsonl was cut off')
})

test('the command says the same and ends with 0; with 5 once the finished case is changed', async () => {
  const verify = async (): Promise<{ exitCode?: number | undefined; all?: string }> =>
    execaNode(cli, ['verify', killed], { reject: false, nodeOptions: [], all: true })
  const asItIs = await verify()
  expect(asItIs.exitCode).toBe(0)
  expect(asItIs.all).toContain(`note: ${early}`)
  expect(asItIs.all).toContain('holds as far as it goes')
  const samples = join(killed, 'samples.jsonl')
  const text = readFileSync(samples, 'utf8')
  rmSync(samples)
  appendFileSync(samples, text.replace(/(\d{7})(,null\])/, '1$1$2'))
  expect((await verify()).exitCode).toBe(5)
  rmSync(samples)
  appendFileSync(samples, text)
})

test('the next run starts on a ledger whose last line is torn, says so, and counts the attempt', async () => {
  const ledger = join(dir, 'ledger.jsonl')
  appendFileSync(ledger, '{"previous":"00","type":"e')
  expect((await verifyRun(killed, { hasLedger: true })).notes).toContain(
    'the last line of ledger.jsonl was cut off and is left out',
  )
  const plan = smallPlan('run-b')
  await using trial = await openSmallTrial({
    resultsDir: dir,
    plan,
    binary,
    seed: new Uint8Array(32).fill(6),
  })
  expect(trial.ledgerNote).toContain('ledger.jsonl was cut off')
  for (const { id } of plan.cases) await trial.measure(id, new AbortController().signal)
  trial.end('complete')
  const { table } = await writeReports(trial.path)
  expect(oneLine(table)).toContain('attempt 2, 1 aborted')
  expect(await verifyRun(trial.path, { hasLedger: true })).toMatchObject({
    fault: null,
    notes: [],
    isEarly: false,
  })
  expect(existsSync(join(killed, 'run.json'))).toBe(true)
})

test('a run that was interrupted holds too, its seed opened, and says how far it came', async () => {
  const plan = smallPlan('run-c')
  const abort = new AbortController()
  await using trial = await openSmallTrial({
    resultsDir: dir,
    plan,
    binary,
    seed: new Uint8Array(32).fill(7),
    // In the middle of the second one.
    onBlock: (caseId, done) => void (caseId === '1ms-12' && done === 10 && abort.abort()),
  })
  await trial.measure('0ms-12', new AbortController().signal)
  await expect(trial.measure('1ms-12', abort.signal)).rejects.toMatchObject({ code: 'interrupted' })
  trial.end('interrupted')
  const { run } = await writeReports(trial.path)
  expect(run.outcome).toBe('incomplete')
  expect(await verifyRun(trial.path, { hasLedger: true })).toMatchObject({
    fault: null,
    isEarly: true,
    notes: [
      'the run ended early, it was interrupted or a case failed: 1 of 2 cases are finished, and those were checked',
    ],
  })
})
