import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { guardCommand } from '../host/guard.ts'
import { readProcessTable } from '../host/process-table.ts'
import type { Run } from '../record/run.ts'
import type { SideSource } from '../trial/gate/outside-agents.ts'
import { gatePlan } from '../trial/gate/testing.ts'
import { openTrial, type Trial } from '../trial/trial.ts'
import { reportRun } from './report-command.ts'
import { verifyRun } from './verify-run.ts'
import { writeReports } from './write-reports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const { ends } = await haproxysAtHand()
const newest = ends.at(-1) as HaproxyBinary
/** What `npm run agent` starts, without the two processes that find the runtime: dozens of agents are started here. */
const agentCommand = `'${process.execPath}' src/cli.ts agent --listen 127.0.0.1:{port} --delay-ms {delay_ms}`
const own: SideSource = { command: agentCommand, cwd: root }
const published = JSON.parse(readFileSync(join(root, 'docs', 'run.schema.json'), 'utf8')) as object
const isRun = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } }).compile(
  published,
)
const reportsOfGate = [
  'run.json',
  'table.txt',
  'summary.md',
  'figures.csv',
  'bench.txt',
  'bencher.json',
  'action-benchmark.json',
]
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spoe-gate-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const plan = gatePlan({ agentSleepsMs: [0, 10], blocks: 24, rounds: 3 })

function open(candidate: SideSource, binary = newest): Promise<Trial> {
  return openTrial({
    resultsDir: dir,
    plan,
    host: {
      schema: 'spoe-bench/host/1',
      fingerprint: {},
      haproxy: { version: binary.version, source: binary.source, buildHash: '', nbthread: 1 },
      node: process.version,
      packages: {},
      keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
    },
    seed: new Uint8Array(32).fill(5),
    machine: {
      binary,
      nbthread: 1,
      haproxyPrefix: () => [],
      agentPrefix: () => guardCommand({ withDescendants: true }),
      enter: async () => {},
    },
    sources: { base: own, candidate },
    warmUpRounds: 0,
    onProgress: () => {},
  })
}

async function measureAll(trial: Trial): Promise<void> {
  for (const { id } of plan.cases) await trial.measure(id, new AbortController().signal)
}

/** An agent whose answers go wrong: `atNotify` is code that sees the number of a NOTIFY. */
function broken(name: string, atNotify: string): SideSource {
  const module = (path: string): string => JSON.stringify(join(root, 'src', path))
  const file = join(dir, `${name}.mjs`)
  writeFileSync(
    file,
    `import { startAgent } from ${module('agent/server.ts')}
     import { setVar } from ${module('spop/action.ts')}
     const actions = [setVar('sess', 'ip_score', 50)]
     let notify = 0
     await startAgent({ port: Number(process.argv[2]), handler: () => { notify++; ${atNotify} } })`,
  )
  return { command: `'${process.execPath}' --no-warnings '${file}' {port} {delay_ms}`, cwd: root }
}

/** Guards of this process that are still there; whoever ends takes its agent along. */
const agentsLeft = (): unknown[] =>
  readProcessTable().filter(({ parentPid, words }) => parentPid === process.pid && words.includes('sh'))

test.for(ends)(
  'HAProxy $version: the same agent twice, each in its process, and verify accepts it',
  async (binary) => {
    await using trial = await open(own, binary)
    await measureAll(trial)
    trial.end('complete')
    await writeReports(trial.path)
    const run = JSON.parse(readFileSync(join(trial.path, 'run.json'), 'utf8')) as Run
    expect(run.cases.flatMap(({ faults }) => faults)).toEqual([])
    expect(run.gate?.latencies.map(({ latencyMs, blocks }) => [latencyMs, blocks])).toEqual([
      [0, 24],
      [10, 48],
    ])
    // Both waited as they were asked to.
    expect(run.gate?.latencies[1]?.arms.base?.min).toBeGreaterThan(10)
    expect(run.gate?.latencies[1]?.arms.candidate?.min).toBeGreaterThan(10)
    expect((await verifyRun(trial.path, { hasLedger: true })).fault).toBeNull()
    expect(readFileSync(join(trial.path, 'table.txt'), 'utf8')).toMatch(/^Exit code \d/m)
    isRun(run)
    expect(isRun.errors).toBeNull()
    expect(readdirSync(trial.path)).toEqual(expect.arrayContaining(reportsOfGate))
    await expect(reportRun(trial.path, 80, {})).rejects.toThrow(/^Expected a run that has a bypass/)
    expect(agentsLeft()).toEqual([])
  },
)

test('a candidate that waits longer shows, and a changed figure is found', async () => {
  // It waits 20 ms for 0 and 210 for 10: nothing that a busy machine does comes near.
  const slower = agentCommand.replace('{delay_ms}', '2{delay_ms}')
  await using trial = await open({ command: slower, cwd: root })
  await measureAll(trial)
  trial.end('complete')
  const { run } = await writeReports(trial.path)
  // Its verdict may be withheld on such a machine, as requests started late.
  expect(run.outcome).toBeOneOf(['exceeds', 'invalid'])
  for (const { differenceMs } of run.gate?.latencies ?? []) expect(differenceMs?.lower).toBeGreaterThan(10)
  const file = join(trial.path, 'run.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"outcome": "\w+"/, '"outcome": "within"'))
  expect((await verifyRun(trial.path, { hasLedger: true })).fault).toMatch(/^run.json is not what comes out/)
})

test.for<[string, () => SideSource, RegExp]>([
  [
    'that ends at once',
    () => ({ command: 'false {port} {delay_ms}', cwd: root }),
    /^The agent of the candidate can't be measured\. Expected the agent to listen on/,
  ],
  [
    'that sets nothing',
    () => broken('silent', 'return []'),
    /^Expected ip_score to be set for every request to the arm candidate before the case 0ms-round-1 starts; it was for 1 of 2\./,
  ],
  [
    'that dies on the way',
    () => broken('dying', 'if (notify > 60) process.exit(7); return actions'),
    /^Expected both agents to stay up during the case 0ms-round-1: the candidate's agent ended \(.*7/,
  ],
])('a candidate %s: one sentence, nothing left running', async ([, candidate, sentence]) => {
  await using trial = await open(candidate())
  await expect(measureAll(trial)).rejects.toThrow(sentence)
  expect(agentsLeft()).toEqual([])
})

test('a candidate that stops answering leaves no verdict', async () => {
  await using trial = await open(broken('forgetful', 'return notify === 155 ? [] : actions'))
  await measureAll(trial)
  trial.end('complete')
  const { run } = await writeReports(trial.path)
  expect(run.outcome).toBe('invalid')
  expect(run.reasons.join()).toContain('passed its agent by')
})
