import type { DistanceFigures, DistanceRecord } from '../../record/distance.ts'
import type { Effect } from '../../record/run.ts'
import { toMs } from '../../record/units.ts'
import { quantile } from '../../stats/quantile.ts'
import { differences } from '../blinded-analysis.ts'
import { estimateEffect } from '../effect.ts'
import { bypassName } from '../peers/peer.ts'

const resamples = 1_999
/** Between one round trip and two, and between one and none. */
const most = 1.5
const least = 0.5

type Records = Pick<DistanceRecord, 'design' | 'latenciesNs' | 'connectsNs'>

/** The arm of a delay, by its number. */
export function armName(number: number): string {
  return `distance-${number}`
}

/** All figures from the records alone. */
export function computeDistances({ design, latenciesNs, connectsNs }: Records): DistanceFigures[] {
  const options = { level: design.level, resamples }
  const latency = (arm: string): number[] => latenciesNs[arm] ?? []
  const [nearLatencies, nearConnects] = [latency(armName(0)), connectsNs[0] ?? []]
  return design.delaysMs.map((delayMs, number): DistanceFigures => {
    const own = latency(armName(number))
    const connects = connectsNs[number] ?? []
    const growthMs = number === 0 ? null : estimateEffect(differences(own, nearLatencies), options)
    const roundTripGrowthMs =
      number === 0 ? null : estimateEffect(differences(connects, nearConnects), options)
    return {
      delayMs,
      overheadMs: estimateEffect(differences(own, latency(bypassName)), options),
      growthMs,
      roundTripMs: toMs(quantile(connects, 0.5)),
      roundTripGrowthMs,
      roundTrips: growthMs === null || roundTripGrowthMs === null ? null : ratio(growthMs, roundTripGrowthMs),
    }
  })
}

function ratio(growth: Effect, roundTrip: Effect): DistanceFigures['roundTrips'] {
  const divide = (a: number | null, b: number | null): number | null =>
    a === null || b === null || b <= 0 ? null : a / b
  const estimate = divide(growth.estimate, roundTrip.estimate)
  if (estimate === null) return null
  return {
    estimate,
    lower: divide(growth.lower, roundTrip.upper),
    upper: divide(growth.upper, roundTrip.lower),
  }
}

/** One round trip and no more: certainly more than half of one and less than one and a half, at every delay. */
export function concludeDistances(figures: readonly DistanceFigures[]): DistanceRecord['outcome'] {
  const trips = figures.slice(1).map(({ roundTrips }) => roundTrips)
  const isWithin = trips.every(
    (one) => one !== null && (one.lower ?? 0) > least && (one.upper ?? Infinity) < most,
  )
  if (isWithin) return 'within'
  const isBeyond = trips.some(
    (one) => one !== null && ((one.lower ?? 0) > most || (one.upper ?? Infinity) < least),
  )
  return isBeyond ? 'exceeds' : 'inconclusive'
}
