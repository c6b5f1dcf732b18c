import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Run } from '../record/run.ts'
import { ownAgentCommand } from '../trial/gate/resolve-sides.ts'
import { launch, root } from './testing/launch.ts'

const dir = mkdtempSync(join(tmpdir(), 'spoe-gate-run-'))
afterAll(() => rmSync(dir, { recursive: true }))

const small = ['--blocks', '60', '--rounds', '3', '--sleeps', '0,10']

test('a candidate that spins fails the gate by the name of the case, in JUnit and in the summary of the job', async () => {
  const junit = join(dir, 'report.xml')
  const summaryFile = join(dir, 'summary.md')
  const sides = ['--base', ownAgentCommand, '--candidate', `${ownAgentCommand} --spin-ms 3`]
  const runId = `gate-e2e-${process.pid}`
  const { exitCode } = await launch('gate', [...sides, ...small, '--junit', junit], {
    INIT_CWD: root,
    SPOE_BENCH_RUN_ID: runId,
    GITHUB_STEP_SUMMARY: summaryFile,
  })
  const folder = join(root, 'results', runId)
  const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Run
  const report = readFileSync(junit, 'utf8')
  const names = [...report.matchAll(/<testcase [^>]*name="([^"]*)"/g)].map(([, name]) => name)
  expect(names).toEqual([
    'base and candidate are measured',
    'agents wait 0 ms: the candidate is not slower than the base',
    'agents wait 10 ms: the candidate is not slower than the base',
  ])
  const summary = readFileSync(join(folder, 'summary.md'), 'utf8')
  expect(readFileSync(summaryFile, 'utf8')).toMatch(
    /^spoe-bench run `gate-e2e-\d+`, commitment `[0-9a-f]{64}`\n\n/,
  )
  expect(readFileSync(summaryFile, 'utf8')).toContain(summary)
  // Beside other tests requests may start late, and rounds differ; then that is what is said everywhere.
  const exitCodes: Partial<Record<Run['outcome'], number>> = { exceeds: 1, inconclusive: 3, invalid: 5 }
  expect(exitCode).toBe(exitCodes[run.outcome])
  const notWithin = run.gate?.latencies.filter(({ verdict }) => verdict !== 'within').length
  expect([...report.matchAll(/<failure /g)]).toHaveLength(run.outcome === 'invalid' ? 1 : Number(notWithin))
  const isNamed = /agents wait \d+ ms: the candidate is slower by \d+\.\d+ ms/.test(report)
  const isFirst = /^\*\*✗ exceeds\*\*: the candidate is slower than the base: \d+\.\d+ ms/.test(summary)
  expect([isNamed, isFirst]).toEqual(run.outcome === 'exceeds' ? [true, true] : [false, false])
  rmSync(folder, { recursive: true })
})

test.for([
  [['--rounds', '1'], 'Expected --rounds to be 2 at least'],
  [['--blocks', '2', '--rounds', '3'], 'Expected a block for every round at least, got 2 for 3.'],
])('%j: one sentence and exit code 2', async ([flags, sentence]) => {
  const { exitCode, stderr } = await launch('gate', [
    '--base',
    ownAgentCommand,
    '--candidate',
    ownAgentCommand,
    ...(flags as string[]),
  ])
  expect(stderr).toContain(sentence)
  expect(exitCode).toBe(2)
})
