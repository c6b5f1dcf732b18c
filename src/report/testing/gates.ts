import type { GateSide } from '../../record/gate-plan.ts'
import type { GateLatency, GateResult, Run } from '../../record/run.ts'
import { caseResult, effect, summary, syntheticRun } from '../testing.ts'

/** A made-up gate for the tests of the renderers: two latencies, eight rounds, all figures by formula. */

const roundCount = 8

const ownSide: GateSide = {
  kind: 'ref',
  name: 'main',
  commit: '0123456789abcdef0123456789abcdef01234567',
  isChanged: false,
  command: './spoa -p {port}',
}

export function gateLatency(changes: Partial<GateLatency> = {}): GateLatency {
  const latencyMs = changes.latencyMs ?? 10
  const roundsMs = Array.from({ length: roundCount }, (_, round) => 0.003 + (round - 3.5) / 1000)
  const overRounds = { lower: 0.001, upper: 0.005, level: 0.95 }
  return {
    latencyMs,
    cases: roundsMs.map((_, round) => `${latencyMs}ms-round-${round + 1}`),
    blocks: 1000,
    arms: { base: summary(0.6 + latencyMs, 1000), candidate: summary(0.603 + latencyMs, 1000) },
    differenceMs: effect(0.003, 0.02, { count: 1000 }),
    roundsMs,
    overRoundsMs: {
      count: roundCount,
      mean: 0.003,
      deviation: 0.0024,
      ...overRounds,
      bounds: { ...overRounds, upper: 0.0047 },
    },
    tailMs: {
      count: 1000,
      estimate: 0.9,
      lower: -1.5,
      upper: 2.5,
      level: 0.95,
      bounds: { lower: -1.2, upper: 2.1, level: 0.95 },
    },
    pBlocks: 0.97,
    pRounds: 0.999,
    p: 0.999,
    pAdjusted: 1,
    verdict: 'within',
    lateStarts: 0,
    warnings: [],
    ...changes,
  }
}

export function syntheticGate(changes: Partial<Run> = {}, gateChanges: Partial<GateResult> = {}): Run {
  const latencies = gateChanges.latencies ?? [0, 10].map((latencyMs) => gateLatency({ latencyMs }))
  const cases = latencies.flatMap(({ latencyMs, cases: ids, arms }) =>
    ids.map((id) =>
      caseResult({
        id,
        latencyMs,
        requests: 125,
        arms,
        agentSleepMs: null,
        overheadMs: null,
        penaltyMs: null,
        placeboMs: null,
        overheadP99Ms: null,
        overheadP99: null,
        publishedAverageMs: null,
        marginMs: 0.02,
        verdict: null,
      }),
    ),
  )
  return syntheticRun({
    cases,
    latencies: [],
    pValues: null,
    placeboMs: null,
    gate: {
      base: ownSide,
      candidate: { ...ownSide, kind: 'directory', name: 'spoa', isChanged: true },
      marginMs: 0.02,
      withinMs: 0.1,
      anyLevel: 0.01,
      hasDelay: true,
      latencies,
      ...gateChanges,
    },
    ...changes,
  })
}
