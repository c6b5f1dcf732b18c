import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import type { Host } from '../record/host.ts'
import type { Plan } from '../record/plan.ts'
import { analyseRun, renderRun } from './analyse-run.ts'
import type { OpenedCase } from './open-case.ts'
import { testPlan } from './testing/test-plan.ts'
import { readRunFolder } from './run-folder.ts'
import { openTrial, type Trial } from './trial.ts'

const { binaries } = await haproxysAtHand()
const newest = binaries.at(-1) as HaproxyBinary
let resultsDir: string

beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'spoe-bench-test-'))
})
afterEach(() => rmSync(resultsDir, { recursive: true }))

function planOf(agentSleepsMs: number[], changes: Partial<Plan> = {}): Plan {
  const plan = testPlan({
    agentSleepsMs,
    requests: [12],
  })
  // A harness test may run on a machine that is busy with others.
  return { ...plan, lateShare: 1, ...changes }
}

async function open(
  plan: Plan,
  agent?: string,
  binary = newest,
  prefix: string[] = [],
  onProgress: (caseId: string) => void = () => {},
): Promise<Trial> {
  const host: Host = {
    schema: 'spoe-bench/host/1',
    fingerprint: {},
    haproxy: { version: binary.version, source: binary.source, buildHash: binary.buildHash, nbthread: 1 },
    node: process.version,
    packages: {},
    keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
  }
  return openTrial({
    resultsDir,
    plan,
    host,
    seed: new Uint8Array(32).fill(1),
    machine: { binary, nbthread: 1, haproxyPrefix: () => prefix, enter: async () => {} },
    warmUpRounds: 0,
    onProgress,
    ...(agent === undefined ? {} : { agentModule: new URL(`./testing/${agent}.ts`, import.meta.url) }),
  })
}

async function measure(agent: string, latencyMs: number, binary = newest): Promise<OpenedCase> {
  const plan = planOf([latencyMs])
  await using trial = await open(plan, agent, binary)
  return await trial.measure(`${latencyMs}ms-12`, new AbortController().signal)
}

test.for(binaries)(
  'HAProxy $version: every request joins, every offload proves itself and has its sleep',
  async (binary) => {
    const plan = planOf([0, 10])
    await using trial = await open(plan, undefined, binary)
    for (const { id, latencyMs } of plan.cases) {
      const { result } = await trial.measure(id, new AbortController().signal)
      expect(result.faults).toEqual([])
      expect(Object.keys(result.arms).toSorted()).toEqual(['bypass', 'offload', 'placebo'])
      expect(result.arms.offload?.count).toBe(12)
      expect(result.agentSleepMs?.min).toBeGreaterThanOrEqual(latencyMs)
      expect(result.overheadMs?.count).toBe(12)
      // The offload can not have been faster than its agent.
      expect(result.arms.offload?.min).toBeGreaterThan(result.agentSleepMs?.min ?? Infinity)
    }
  },
)

test('the records alone give the same run, byte for byte, again and again', async () => {
  // Whatever a busy machine does to twelve blocks, it is no second; that it treats equal arms differently it may seem.
  const plan = planOf([0], { marginMs: 1_000 })
  await using trial = await open(plan)
  await trial.measure('0ms-12', new AbortController().signal)
  trial.end('complete')
  const once = renderRun(analyseRun(readRunFolder(trial.path)))
  expect(renderRun(analyseRun(readRunFolder(trial.path)))).toBe(once)
  expect(JSON.parse(once)).toMatchObject({
    outcome: expect.toBeOneOf(['within', 'invalid']),
    planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test('an ACK that sets nothing is refused before the case starts', async () => {
  await expect(measure('silent-agent', 0)).rejects.toThrow(
    /Expected 1 offloaded request\(s\) to prove themselves .* 1 NOTIFYs came/,
  )
})

test('ACKs that stop setting the proof leave the case without a verdict', async () => {
  const { result } = await measure('mute-agent', 10)
  expect(result.verdict).toBeNull()
  expect(result.faults.map(({ kind }) => kind)).toContain('proof')
})

test('an agent that closes is refused, though it looks fast', async () => {
  await expect(measure('closing-agent', 0)).rejects.toThrow(
    /0 NOTIFYs came and the origin received the proofs none\./,
  )
})

test('time that an agent spends outside its stamped sleep shows as overhead', async () => {
  const { result } = await measure('slow-agent', 0)
  expect(result.faults).toEqual([])
  expect(result.overheadMs?.estimate).toBeGreaterThan(4.5)
  expect(result.verdict).toBe('exceeds')
})

test.for(binaries)('HAProxy $version rejects the client whose score is under 20', async (binary) => {
  await expect(measure('low-score-agent', 0, binary)).rejects.toThrow(
    /1 NOTIFYs came .* The client said: closed without a response/,
  )
})

test('more HELLOs than planned leave the case without a verdict', async () => {
  // The honest agent has none while it is timed, so that only a plan that allows fewer than none can show it.
  await using trial = await open(planOf([0], { timedHellos: -1 }))
  const { result } = await trial.measure('0ms-12', new AbortController().signal)
  expect(result.faults.map(({ kind }) => kind)).toEqual(['hello'])
  expect(result.verdict).toBeNull()
})

test('an HAProxy that dies ends its case at once, and says so', async () => {
  await using trial = await open(planOf([1000]), undefined, newest, ['timeout', '-s', 'KILL', '1'])
  await expect(trial.measure('1000ms-12', new AbortController().signal)).rejects.toThrow(
    'HAProxy died during the case 1000ms-12',
  )
})

test('an interrupted case leaves the finished ones and a record that says so', async () => {
  const plan = planOf([0, 1000])
  const abort = new AbortController()
  {
    // The first of its blocks ends after a second, and 143 are still to come.
    await using trial = await open(plan, undefined, newest, [], (caseId) => {
      if (caseId === '1000ms-12') abort.abort()
    })
    await trial.measure('0ms-12', abort.signal)
    await expect(trial.measure('1000ms-12', abort.signal)).rejects.toThrow('interrupted')
    trial.end('interrupted')
  }
  const run = analyseRun(readRunFolder(join(resultsDir, 'a-run')))
  expect(run.outcome).toBe('incomplete')
  expect(run.cases.map(({ id }) => id)).toEqual(['0ms-12'])
  expect(readFileSync(join(resultsDir, 'latest', 'plan.json'), 'utf8')).toContain('"a-run"')
})
