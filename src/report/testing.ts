import type { CaseResult, Effect, LatencyResult, Run, Summary } from '../record/run.ts'
import { runSchema } from '../record/run.ts'

/** A made-up run for the tests of the renderers: the seed's matrix, all figures by formula. */

export function summary(mean: number, count: number): Summary {
  return {
    count,
    mean,
    median: mean - 0.01,
    p90: mean + 0.2,
    p99: count >= 1000 ? mean + 0.9 : null,
    min: mean - 0.1,
    max: mean + 1.5,
  }
}

const tail = {
  count: 1110,
  estimate: 0.912,
  lower: 0.4,
  upper: 1.6,
  level: 0.95,
  bounds: { lower: 0.5, upper: 1.5, level: 0.95 },
}

export function effect(estimate: number, halfWidth: number | null, changes: Partial<Effect> = {}): Effect {
  const lower = halfWidth === null ? null : estimate - halfWidth
  const upper = halfWidth === null ? null : estimate + halfWidth
  return {
    count: 100,
    blocking: 1,
    neededCount: halfWidth === null ? 6 : null,
    estimate,
    lower,
    upper,
    level: 0.95,
    bounds: { lower, upper, level: 0.95 },
    mean: estimate + 0.004,
    meanLower: lower,
    meanUpper: upper,
    meanBounds: { lower, upper, level: 0.95 },
    spread: 0.2,
    minimumDetectable: halfWidth === null ? null : 0.03,
    lagOne: 0.01,
    drift: -0.02,
    early: 0.3,
    hasTail: false,
    ...changes,
  }
}

export function caseResult(changes: Partial<CaseResult> = {}): CaseResult {
  const latencyMs = changes.latencyMs ?? 10
  const requests = changes.requests ?? 100
  const overhead = 0.231 + requests / 1e6
  const sleep = latencyMs === 0 ? 0.001 : latencyMs + 0.0604
  return {
    id: `${latencyMs}ms-x${requests}`,
    latencyMs,
    requests,
    condition: 'paced',
    mode: 'awake',
    isJudged: true,
    arms: {
      bypass: summary(0.5271, requests),
      placebo: summary(0.5281, requests),
      offload: summary(0.5271 + overhead + sleep, requests),
    },
    agentSleepMs: summary(sleep, requests),
    overheadMs: effect(overhead, 0.2 / Math.sqrt(requests)),
    penaltyMs: effect(overhead + sleep - latencyMs, 0.2 / Math.sqrt(requests)),
    placeboMs: effect(0.001, 0.2 / Math.sqrt(requests)),
    overheadP99Ms: requests >= 1000 ? 0.912 : null,
    overheadP99: requests >= 1000 ? tail : null,
    marginMs: 2,
    publishedAverageMs: latencyMs + latencyMs / requests,
    verdict: 'within',
    lateStarts: 0,
    timedHellos: 0,
    bootMs: 212,
    stealShare: 0.001,
    startDelayMs: 1.1,
    roundTripMs: 0.05,
    faults: [],
    warnings: [],
    ...changes,
  }
}

export function latencyResult(changes: Partial<LatencyResult> = {}): LatencyResult {
  const latencyMs = changes.latencyMs ?? 10
  return {
    latencyMs,
    cases: [10, 100, 1000].map((requests) => `${latencyMs}ms-x${requests}`),
    blocks: 1110,
    arms: {},
    overheadMs: effect(0.2315, 0.0121),
    relativeOverhead: 0.463,
    overheadP99Ms: 0.912,
    overheadP99: tail,
    penaltyMs: effect(0.292, 0.0121),
    placeboMs: effect(-0.001, 0.005),
    marginMs: 2,
    verdict: 'within',
    next: null,
    pValues: { within: 1e-9, exceeds: 1, withinAdjusted: 5e-9, exceedsAdjusted: 1 },
    lateStarts: 0,
    warnings: [],
    ...changes,
  }
}

export function syntheticRun(changes: Partial<Run> = {}): Run {
  const latencies = [0, 1, 10, 100, 1000]
  const cases = latencies.flatMap((latencyMs) =>
    [10, 100, 1000].map((requests) => caseResult({ latencyMs, requests })),
  )
  return runSchema.parse({
    schema: 'spoe-bench/run/1',
    runId: '20261103-101500-4f2a',
    startedAt: '2026-11-03T10:15:00.000Z',
    condition: 'paced',
    outcome: 'within',
    reasons: [],
    cases: [
      ...cases,
      caseResult({
        id: '10ms-x100-as-is',
        mode: 'as-is',
        isJudged: false,
        verdict: null,
        overheadMs: effect(0.3512, 0.0701),
      }),
    ],
    latencies: latencies.map((latencyMs) => latencyResult({ latencyMs })),
    pValues: { allWithin: 1e-9, anyExceeds: 1, anyLevel: 0.01 },
    placeboMs: effect(-0.001, 0.004, { count: 5550, level: 0.995 }),
    host: {
      schema: 'spoe-bench/host/1',
      fingerprint: {},
      haproxy: { version: '3.2.4', source: 'PATH', buildHash: 'ab', nbthread: 1 },
      node: '24.21.0',
      packages: {},
      keepAwake: { mode: 'awake', reason: null, haproxyCore: 0, nodeCore: 1 },
    },
    decoy: null,
    attempt: { number: 1, aborted: 0 },
    planHash: 'cd',
    commitment: 'ef',
    seed: '00',
    warnings: [],
    ...changes,
  })
}
