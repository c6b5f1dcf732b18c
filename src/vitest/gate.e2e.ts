import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

/** Two engines, of which the second is meant: an agent of Node answers it. */
const spoe = `
[other]
spoe-agent somebody
    use-backend others
[mine]
spoe-agent mine
    messages look
    option var-prefix mine
    timeout processing 5s
    use-backend my-agents  # its own
spoe-message look
    args path=path
    event on-frontend-http-request
`

test('an agent that speaks messages of its own is gated by the files that ask it, with requests of its own', async () => {
  const files = {
    spoe: join(dir, 'mine.cfg'),
    rules: join(dir, 'rules.cfg'),
    requests: join(dir, 'mix.json'),
  }
  writeFileSync(files.spoe, spoe)
  writeFileSync(files.rules, 'http-request set-header x-score %[var(txn.mine.score)]\n')
  writeFileSync(files.requests, JSON.stringify([{ path: '/a' }, { path: '/b', headers: { 'x-long': 'y' } }]))
  const provenBy = (name: string): string[] => [
    '--spoe-config',
    files.spoe,
    '--engine',
    'mine',
    '--proof-var',
    name,
  ]
  const asked = provenBy('txn.mine.score')
  const sent = ['--rules', files.rules, '--requests', files.requests, '--connection=keep-alive']
  const from = (module: string): string => JSON.stringify(join(root, 'src', module))
  const agent = join(dir, 'agent.mjs')
  writeFileSync(
    agent,
    `import { startAgent } from ${from('agent/server.ts')}
     import { setVar } from ${from('spop/action.ts')}
     await startAgent({ port: Number(process.argv[2]), handler: () => [setVar('txn', 'score', 1)] })`,
  )
  const command = `'${process.execPath}' --no-warnings '${agent}' {port}`
  const runId = `gate-files-e2e-${process.pid}`
  const sides = ['--base', command, '--candidate', command, '--blocks', '40', '--rounds', '2']
  const { exitCode } = await launch('gate', [...sides, ...asked, ...sent], { SPOE_BENCH_RUN_ID: runId })
  expect(exitCode).toBeOneOf([0, 1, 3, 5])
  const folder = join(root, 'results', runId)
  const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Run
  expect(run.cases.map(({ faults }) => faults)).toEqual([[], []])
  expect(run).toMatchObject({
    traffic: { connection: 'keep-alive', mix: { requests: 2 } },
    gate: { asked: { proof: ['txn.mine.score'], asking: { events: ['on-frontend-http-request'] } } },
  })
  const phrase = 'asked by on-frontend-http-request, proven by txn.mine.score'
  for (const file of ['table.txt', 'summary.md'])
    expect(readFileSync(join(folder, file), 'utf8')).toContain(phrase)

  // Another variable is not the one that this agent sets.
  const wrong = await launch('gate', [...sides, ...provenBy('txn.mine.scroe'), ...sent])
  expect(`${wrong.stderr}${wrong.stdout}`).toContain('Expected txn.mine.scroe to be set for every request')
  expect(wrong.exitCode).toBe(2)
  writeFileSync(files.spoe, spoe.replace('option var-prefix', 'optoin var-prefix'))
  const broken = await launch('gate', [...sides, ...asked])
  expect(broken.stderr).toMatch(/^spoe-bench: Expected HAProxy [\d.]+ to take .*; mine\.cfg, line 8: /)
  expect(broken.exitCode).toBe(2)
  rmSync(folder, { recursive: true })
})
