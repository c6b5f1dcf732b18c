import type { TestedGate } from './gate-record.ts'
import type { Comparison, SoundUnit } from './record.ts'

/** A unit that nobody measured. */
export function madeUnit(changes: Partial<SoundUnit> = {}): SoundUnit {
  return {
    type: 'unit',
    at: '2026-01-01T00:00:00.000Z',
    mode: 'awake',
    latencyMs: 0,
    blocks: 1000,
    lateStarts: 0,
    stealShare: 0,
    faults: [],
    injected: 0.1,
    overhead: madeComparison(0.3, 1e-9),
    twin: madeComparison(0, 0.5),
    slower: madeComparison(0.1, 1e-9),
    ...changes,
  }
}

export function madeComparison(estimate: number, p: number): Comparison {
  return { estimate, lower: estimate - 0.02, upper: estimate + 0.02, spread: 0.3, p }
}

/** A gate of one latency and two rounds that nobody measured. */
export function madeGate(injectedMs: number, outcome: TestedGate['outcome']): TestedGate {
  return {
    type: 'gate',
    at: '2026-01-01T00:00:00.000Z',
    mode: 'awake',
    injectedMs,
    durationS: 120,
    outcome,
    reasons: [],
    latencies: [
      {
        latencyMs: 0,
        blocks: 1000,
        estimate: injectedMs,
        lower: injectedMs - 0.01,
        upper: injectedMs + 0.01,
        spread: 0.2,
        rounds: [injectedMs - 0.03, injectedMs + 0.03],
        pBlocks: outcome === 'within' ? 0.5 : 0.001,
        pRounds: 0.5,
        pAdjusted: 0.5,
        verdict: outcome === 'exceeds' ? 'exceeds' : 'within',
        p99: 0,
      },
    ],
  }
}
