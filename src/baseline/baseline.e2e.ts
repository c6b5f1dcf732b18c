import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execaNode } from 'execa'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { takeFingerprint } from '../host/fingerprint.ts'
import type { Plan } from '../record/plan.ts'
import type { Run } from '../record/run.ts'
import {
  measureSmallRun,
  openSmallTrial,
  type SmallTrialOptions,
  smallPlan,
} from '../report/testing/measured-runs.ts'
import { writeReports } from '../report/write-reports.ts'
import { baselineFileSchema } from './record.ts'

// Runs that HAProxy was really measured in, saved and compared by the command; the tests go in order.
const { binaries } = await haproxysAtHand()
const binary = binaries.at(-1) as HaproxyBinary
const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))
const runs = ['run-1', 'run-2', 'run-3', 'run-4', 'run-5', 'run-6']
let results: string
let dir: string

async function optionsOf(plan: Plan, index: number): Promise<SmallTrialOptions> {
  const fingerprint = { ...(await takeFingerprint()) }
  // What a system does not tell is refused, and has a test of its own.
  const known = { cpuModel: fingerprint.cpuModel ?? 'c', hypervisor: fingerprint.hypervisor ?? 'h' }
  return {
    resultsDir: results,
    plan,
    binary,
    seed: new Uint8Array(32).fill(index),
    fingerprint: { ...fingerprint, ...known },
  }
}

/** One run of two hundred is invalid because its placebo differs by chance, and is no material for a baseline. */
async function measureSoundRun(runId: string, index: number): Promise<void> {
  const folder = join(results, runId)
  for (let attempt = 0; attempt < 3; attempt++) {
    rmSync(folder, { recursive: true, force: true })
    await measureSmallRun(await optionsOf(smallPlan(runId), index + runs.length * attempt))
    const { outcome } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Pick<Run, 'outcome'>
    if (outcome !== 'invalid') return
  }
}

beforeAll(async () => {
  results = mkdtempSync(join(tmpdir(), 'baseline-runs-'))
  dir = mkdtempSync(join(tmpdir(), 'baselines-'))
  for (const [index, runId] of runs.entries()) await measureSoundRun(runId, index)
})
afterAll(() => {
  rmSync(results, { recursive: true })
  rmSync(dir, { recursive: true })
})

async function baseline(...words: readonly string[]): Promise<{ exitCode: number | undefined; all: string }> {
  const { exitCode, all } = await execaNode(cli, ['baseline', ...words, '--dir', dir, '--suite', 'small'], {
    reject: false,
    nodeOptions: [],
    all: true,
  })
  return { exitCode, all: all.replaceAll(/\s+/g, ' ') }
}
const save = (...names: readonly string[]): ReturnType<typeof baseline> =>
  baseline('save', '--reason', 'a test', ...names.flatMap((name) => ['--from', join(results, name)]))
const compare = (name: string, ...words: readonly string[]): ReturnType<typeof baseline> =>
  baseline('compare', join(results, name), ...words)

/** All files under the folder of baselines, with their text. */
const files = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  )

test('before there is one, nothing is compared', async () => {
  expect(await compare('run-6')).toMatchObject({
    exitCode: 4,
    all: expect.stringContaining('There is no baseline'),
  })
})

test('a reason is needed, and runs', async () => {
  expect(await baseline('save', '--from', join(results, 'run-1'))).toMatchObject({ exitCode: 2 })
  expect(await baseline('save', '--reason', 'r')).toMatchObject({ exitCode: 2 })
  expect(files()).toEqual({})
})

test('four runs are saved and too few, the fifth makes them a baseline', async () => {
  expect(await save(...runs.slice(0, 4))).toMatchObject({
    exitCode: 0,
    all: expect.stringContaining('holds 4, and 1 more make it one to compare with'),
  })
  expect(await compare('run-6')).toMatchObject({
    exitCode: 4,
    all: expect.stringContaining('holds 4 of the 5 runs'),
  })
  expect(await save('run-5')).toMatchObject({ exitCode: 0 })
  const [text = ''] = Object.values(files())
  expect(baselineFileSchema.parse(JSON.parse(text)).baselines.map((one) => one.runs.length)).toEqual([5])
})

test('in a job its summary gets the comparison, the verdict in the first line', async () => {
  const file = join(results, 'job-summary.md')
  vi.stubEnv('GITHUB_STEP_SUMMARY', file)
  await compare('run-6', '--margin-ms', '1000')
  vi.unstubAllEnvs()
  expect(readFileSync(file, 'utf8')).toMatch(/^\n\*\*✓ within\*\*: at no latency slower than the baseline/)
})

test('a run is held against them; the margin decides', async () => {
  // Nobody's overhead changes by a second from run to run, and nobody's stays the same to the nanosecond.
  expect(await compare('run-6', '--margin-ms', '1000')).toMatchObject({
    exitCode: 0,
    all: expect.stringContaining('✓ within'),
  })
  const tight = await compare('run-6', '--margin-ms', '0.000001')
  expect([0, 1, 3]).toContain(tight.exitCode)
  expect(tight.all).toContain('The run run-6 beside 5 runs of the baseline')
})

/** Saves what must not go in: it is refused with this code, and no file changes. */
async function expectRefused(name: string, exitCode: number, sentence: RegExp): Promise<void> {
  const before = files()
  const answer = await save(name)
  expect(answer.all).toMatch(sentence)
  expect(answer.exitCode).toBe(exitCode)
  expect(files()).toEqual(before)
}

test('a run counts once', () => expectRefused('run-1', 2, /is in the baseline already/))

test('an interrupted run touches no baseline', async () => {
  const plan = smallPlan('run-interrupted')
  await using trial = await openSmallTrial(await optionsOf(plan, 20))
  await trial.measure('0ms-12', new AbortController().signal)
  trial.end('interrupted')
  await writeReports(trial.path)
  await expectRefused('run-interrupted', 2, /is incomplete/)
})

test('nor does a run that somebody looked into', async () => {
  const plan: Plan = { ...smallPlan('run-peeked'), isUnblinded: true }
  await measureSmallRun(await optionsOf(plan, 21))
  await expectRefused('run-peeked', 5, /is unblinded/)
})

test('nor one that was changed afterwards', async () => {
  cpSync(join(results, 'run-6'), join(results, 'run-changed'), { recursive: true })
  const samples = join(results, 'run-changed', 'samples.jsonl')
  writeFileSync(samples, readFileSync(samples, 'utf8').replace(/(\d{7})(,null\])/, '1$1$2'))
  await expectRefused('run-changed', 5, /is invalid|does not hold/)
})

test('a run with another plan is refused by the name of the field', async () => {
  const plan: Plan = { ...smallPlan('run-other'), jitterMs: 0.5 }
  await measureSmallRun(await optionsOf(plan, 22))
  expect(await compare('run-other')).toMatchObject({
    exitCode: 4,
    all: expect.stringMatching(/in the nearest one, .* plan was [0-9a-f]{12}, here it is/),
  })
})

/** `npm run report -- RUN --against WHAT`; the runs are saved by now. */
async function report(name: string, against: string): Promise<{ exitCode: number | undefined; all: string }> {
  const words = ['report', join(results, name), '--against', against]
  const { exitCode, all } = await execaNode(cli, words, { reject: false, nodeOptions: [], all: true })
  return { exitCode, all }
}
const saved = (): string => {
  const [entry] = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return join(entry?.parentPath ?? '', entry?.name ?? '')
}

test('a page shows a run beside the runs of a baseline', async () => {
  expect(await report('run-6', saved())).toMatchObject({ exitCode: 0 })
  const page = readFileSync(join(results, 'run-6', 'report-beside-baseline-small.html'), 'utf8')
  expect(page).toContain('Is it slower than the baseline?')
  // Five runs at two latencies, on a phone and on a wide screen.
  expect(page.match(/: a run of the baseline, -?[\d.]+ ms<\/title>/g)).toHaveLength(20)
})

test.for([
  ['another plan', 'run-other', saved, 4, /^spoe-bench: This baseline may not be compared .*: plan was .*$/],
  [
    'an interrupted run',
    'run-interrupted',
    saved,
    2,
    /^spoe-bench: The run run-interrupted is incomplete.*$/,
  ],
  [
    'a file that is none',
    'run-6',
    () => cli,
    2,
    /^spoe-bench: Expected a run or the file of a baseline .*neither.$/,
  ],
  [
    'nothing',
    'run-6',
    () => join(dir, 'none'),
    2,
    /^spoe-bench: expected a run's folder, .* A baseline is named .*$/,
  ],
] as const)('%s: one sentence and its exit code, no page', async ([, name, against, exitCode, sentence]) => {
  rmSync(join(results, name, 'report-beside-baseline-small.html'), { force: true })
  const answer = await report(name, against())
  expect(answer.all).toMatch(sentence)
  expect(answer.exitCode).toBe(exitCode)
  expect(readdirSync(join(results, name)).filter((file) => file.startsWith('report-beside'))).toEqual([])
})
