import type { Host } from '../record/host.ts'
import type { Plan } from '../record/plan.ts'
import type { Summary } from '../record/run.ts'
import { latencyResult, summary, syntheticRun } from '../report/testing.ts'
import { testPlan } from '../trial/testing/test-plan.ts'
import { type Fingerprint, fingerprintOf, type Measured } from './fingerprint.ts'
import type { SoundRun } from './read-run.ts'
import type { Baseline, BaselineFile, StoredRun } from './record.ts'

/** Made-up runs and baselines for the tests of what holds one against the other. */

export const host: Host = {
  schema: 'spoe-bench/host/1',
  fingerprint: {
    arch: 'x64',
    platform: 'linux',
    cpuModel: 'A CPU',
    cores: 2,
    memoryBytes: 4e9,
    kernelRelease: '6.18.4',
    kernelVersion: '6.18',
    hypervisor: 'kvm',
    isContainer: false,
    governor: null,
    clockSource: 'tsc',
    loadAverage1min: 0.1,
    isCi: false,
    nodeVersion: 'v24.21.0',
  },
  haproxy: { version: '3.2.26', source: 'path', buildHash: 'a'.repeat(64), nbthread: 1 },
  node: 'v24.21.0',
  packages: { vitest: '5.1.1' },
  keepAwake: { mode: 'awake', reason: null, haproxyCore: 0, nodeCore: 1 },
}

export const plan: Plan = testPlan({
  mode: 'awake',
  decoy: {},
})

export const measured: Measured = { host, plan }
export const fingerprint: Fingerprint = fingerprintOf(measured, 'must')

/** One request without SPOE takes a millisecond, so that the relative overhead is the overhead. */
export function bypass(medianMs = 1): Summary {
  return { ...summary(medianMs, 1110), median: medianMs }
}

/** A run that found these overheads, in ms, at agent sleeps of 0 and 10 ms. */
export function soundRun(runId: string, overheads: readonly number[] = [0.2, 0.2]): SoundRun {
  const latencies = overheads.map((estimate, index) => {
    const base = latencyResult({ latencyMs: index * 10, arms: { bypass: bypass() } })
    return {
      ...base,
      relativeOverhead: estimate,
      overheadMs: base.overheadMs === null ? null : { ...base.overheadMs, estimate },
    }
  })
  return { run: syntheticRun({ runId, latencies }), host, plan }
}

export function storedRun(runId: string, overheads: readonly number[] = [0.2, 0.2]): StoredRun {
  const placeboMs = { estimate: 0.001, lower: -0.01, upper: 0.012, level: 0.95 }
  return {
    runId,
    startedAt: '2026-01-01T00:00:00.000Z',
    reason: 'test',
    attempt: 1,
    planHash: 'p',
    commitment: 'c',
    fingerprint: fingerprintOf(measured, 'warn'),
    latencies: overheads.map((estimate, index) => ({
      latencyMs: index * 10,
      blocks: 100,
      relativeOverhead: estimate,
      overheadMs: { estimate, lower: estimate - 0.01, upper: estimate + 0.01, level: 0.95 },
      placeboMs,
    })),
    calibration: { placeboMs, decoy: null, wakeMs: 0.05, stealShare: 0 },
  }
}

export const code = { version: '0.1.0', hash: 'b'.repeat(64) }

/** Five runs that spread by 0.01 ms about 0.2 ms at both agent sleeps. */
export function baseline(changes: Partial<Baseline> = {}): Baseline {
  const runs = [0.19, 0.195, 0.2, 0.205, 0.21].map((estimate, index) =>
    storedRun(`run-${index}`, [estimate, estimate]),
  )
  return { savedAt: '2026-01-01T00:00:00.000Z', commit: null, code, runs, ...changes }
}

export function baselineFile(...baselines: readonly Baseline[]): BaselineFile {
  return {
    schema: 'spoe-bench/baseline/1',
    suite: 'matrix',
    fingerprint,
    baselines: baselines.length === 0 ? [baseline()] : [...baselines],
  }
}
