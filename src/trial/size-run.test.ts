import { expect, test } from 'vitest'
import type { LatencyResult } from '../record/run.ts'
import { signedRankTest } from '../stats/signed-rank.ts'
import { normalNoise, spikyDifferences } from '../stats/testing.ts'
import { analyseRun } from './analyse-run.ts'
import { estimateEffect } from './effect.ts'
import { testPlan } from './testing/test-plan.ts'
import { sizeRun } from './size-run.ts'
import { syntheticRecords } from './testing/synthetic-run.ts'

const plan = testPlan({
  agentSleepsMs: [0, 100],
})
const { latencies } = analyseRun(syntheticRecords(plan))
const [first] = latencies as [LatencyResult]

type Noise = (count: number, noise: () => number, effectNs?: number) => Float64Array

const noises: Record<string, Noise> = {
  spiky: spikyDifferences,
  normal: (count, noise, effectNs = 0) =>
    Float64Array.from({ length: count }, () => Math.round(300_000 * noise() + effectNs)),
}

/** Share of simulated runs of so many blocks that find the effect. */
function power(make: Noise, count: number, effectNs: number, alpha: number): number {
  const noise = normalNoise(count)
  const rounds = 3_000
  let found = 0
  for (let round = 0; round < rounds; round += 1) {
    const differences = make(count, noise, effectNs)
    if (signedRankTest(differences, { shift: 0, alternative: 'greater' }) <= alpha) found += 1
  }
  return found / rounds
}

test.for([
  ['normal', 0.1, 0.95, 0.05],
  ['spiky', 0.1, 0.95, 0.05],
  ['spiky', 0.08, 0.8, 0.01],
] as const)(
  '%s noise, %f ms, power %f at %f: within 10 %% of simulation',
  ([name, effectMs, wanted, alpha]) => {
    const make = noises[name] as Noise
    // A stored run of 4,440 blocks: its own spread is then known to some 2 %.
    const stored = estimateEffect([...make(4_440, normalNoise(7))], { level: 0.95, resamples: 199 })
    const request = { effectMs, power: wanted, alpha }
    const [size] = sizeRun(plan, [{ ...first, overheadMs: stored }], request)
    const blocks = size!.blocks
    // A tenth fewer miss the power, a tenth more have it: the right number lies between.
    expect(power(make, Math.round(0.9 * blocks), effectMs * 1e6, alpha)).toBeLessThan(wanted)
    expect(power(make, Math.round(1.1 * blocks), effectMs * 1e6, alpha)).toBeGreaterThan(wanted)
  },
)

test('half the effect takes four times the blocks, and the time follows from the schedule', () => {
  const request = { effectMs: 0.01, power: 0.95, alpha: 0.05 }
  const [zero, hundred] = sizeRun(plan, latencies, request)
  const [half] = sizeRun(plan, latencies, { ...request, effectMs: 0.005 })
  expect(half!.blocks / zero!.blocks).toBeCloseTo(4, 0)
  // 9 ms a block, 20 of them before those that count, and 700 ms beside; at 100 ms 12 more and the last sleep.
  expect(zero!.durationMs).toBe(700 + 9 * (20 + zero!.blocks))
  expect(hundred!.durationMs).toBe(700 + 9 * (32 + hundred!.blocks) + 100)
})

test('a latency without an interval is left out, and what has no answer is refused', () => {
  const request = { effectMs: 0.1, power: 0.95, alpha: 0.05 }
  const tooFew = estimateEffect([1, 2, 3], { level: 0.95, resamples: 199 })
  expect(sizeRun(plan, [{ ...first, overheadMs: tooFew }], request)).toEqual([])
  expect(sizeRun(plan, [{ ...first, overheadMs: null }], request)).toEqual([])
  expect(() => sizeRun(plan, latencies, { ...request, effectMs: 0 })).toThrow(/effect above 0/)
})
