import type { HaproxyBinary } from '../../haproxy/binary.ts'
import type { Host } from '../../record/host.ts'
import type { DecoyPlan, Plan } from '../../record/plan.ts'
import { testPlan } from '../../trial/testing/test-plan.ts'
import { openTrial, type Trial } from '../../trial/trial.ts'
import { writeReports } from '../write-reports.ts'

/** A small run: two cases of 12 blocks, on a machine that may be busy with other tests. */
export function smallPlan(runId: string, decoy?: Partial<DecoyPlan>): Plan {
  return testPlan({
    runId,
    agentSleepsMs: [0, 1],
    requests: [12],
    lateShare: 1,
    ...(decoy === undefined ? {} : { decoy }),
  })
}

export interface SmallTrialOptions {
  readonly resultsDir: string
  readonly plan: Plan
  readonly binary: HaproxyBinary
  readonly seed: Uint8Array
  readonly haproxyPrefix?: (dir: string) => readonly string[]
  readonly fingerprint?: Host['fingerprint']
  readonly onBlock?: (caseId: string, done: number, total: number) => void
}

/** Opens a run with a real HAProxy, on the machine as it is. */
export async function openSmallTrial(options: SmallTrialOptions): Promise<Trial> {
  const { binary, haproxyPrefix = () => [] } = options
  return openTrial({
    resultsDir: options.resultsDir,
    plan: options.plan,
    host: {
      schema: 'spoe-bench/host/1',
      fingerprint: options.fingerprint ?? {},
      haproxy: { version: binary.version, source: binary.source, buildHash: '', nbthread: 1 },
      node: process.version,
      packages: {},
      keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
    },
    seed: options.seed,
    machine: { binary, nbthread: 1, haproxyPrefix, enter: async () => {} },
    // Code that is still being compiled is slow in the order of its blocks, which the seed fixes.
    warmUpRounds: 100,
    onProgress: (caseId, done, total) => options.onBlock?.(caseId, done, total),
  })
}

/** Measures a run to its end and writes its reports. */
export async function measureSmallRun(options: SmallTrialOptions): Promise<void> {
  await using trial = await openSmallTrial(options)
  for (const { id } of options.plan.cases) await trial.measure(id, new AbortController().signal)
  await trial.measureDecoy(new AbortController().signal)
  trial.end('complete')
  await writeReports(trial.path)
}
