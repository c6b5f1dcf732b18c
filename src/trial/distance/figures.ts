import type { DistanceDesign, DistanceFigures, DistanceRecord } from '../../record/distance.ts'
import { createRandom, deriveKey } from '../../record/random.ts'
import { bootstrapShiftRatio } from '../../stats/bootstrap-ratio.ts'
import { differences } from '../blinded-analysis.ts'
import { estimateEffect } from '../effect.ts'
import { bypassName } from '../peers/peer.ts'

/** Half of what is usual: with 1,999 a run of 4,000 blocks, 144 s of them, was not over after 200 s. */
const resamples = 999

/** Resampling needs numbers, not secrets: the same ones every time, so that figures can be made again. */
const resamplingKey = deriveKey(new Uint8Array(32), 'distance')

type Records = Pick<DistanceRecord, 'design' | 'latenciesNs'>

/** The arm of a delay, by its number. */
export function armName(number: number): string {
  return `distance-${number}`
}

/** The arm whose requests cross the same way at the same place, without SPOE. */
export function echoName(number: number): string {
  return `echo-${number}`
}

/** All figures from the records alone. */
export function computeDistances({ design, latenciesNs }: Records): DistanceFigures[] {
  const options = { level: design.level, resamples }
  const latency = (arm: string): number[] => latenciesNs[arm] ?? []
  const bypass = latency(bypassName)
  return design.delaysMs.map((delayMs, number): DistanceFigures => {
    const own = latency(armName(number))
    const echo = latency(echoName(number))
    const common = {
      delayMs,
      overheadMs: estimateEffect(differences(own, bypass), options),
      echoMs: estimateEffect(differences(echo, bypass), options),
    }
    if (number === 0) return { ...common, growthMs: null, echoGrowthMs: null, roundTrips: null }
    const growth = differences(own, latency(armName(0)))
    const echoGrowth = differences(echo, latency(echoName(0)))
    return {
      ...common,
      growthMs: estimateEffect(growth, options),
      echoGrowthMs: estimateEffect(echoGrowth, options),
      roundTrips: ratio(growth, echoGrowth, design),
    }
  })
}

function ratio(
  growth: readonly number[],
  echoGrowth: readonly number[],
  { level }: DistanceDesign,
): DistanceFigures['roundTrips'] {
  const random = createRandom(resamplingKey)
  const { estimate, lower, upper } = bootstrapShiftRatio(growth, echoGrowth, { level, resamples, random })
  return estimate === null ? null : { estimate, lower, upper }
}

/**
 * One round trip and no more: two one-sided tests at every delay (TOST), so that all have to pass and none needs a
 * correction. Beyond is what lies outside as a whole.
 */
export function concludeDistances(
  { margin }: DistanceDesign,
  figures: readonly DistanceFigures[],
): DistanceRecord['outcome'] {
  const bounds = figures
    .slice(1)
    .map(({ roundTrips }) => [roundTrips?.lower ?? -Infinity, roundTrips?.upper ?? Infinity] as const)
  if (bounds.every(([lower, upper]) => lower > 1 - margin && upper < 1 + margin)) return 'within'
  return bounds.some(([lower, upper]) => lower > 1 + margin || upper < 1 - margin)
    ? 'exceeds'
    : 'inconclusive'
}
