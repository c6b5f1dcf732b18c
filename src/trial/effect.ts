import { createRandom, deriveKey } from '../record/random.ts'
import type { Effect } from '../record/run.ts'
import { toMs, toNs } from '../record/units.ts'
import { blockOnce } from '../stats/blocking.ts'
import { bootstrapMean } from '../stats/bootstrap.ts'
import { driftCorrelation, earlyDeviations, lagOneRankCorrelation } from '../stats/health.ts'
import { hodgesLehmann } from '../stats/hodges-lehmann.ts'
import { minimumDetectable, standardErrorOf } from '../stats/power.ts'
import type { BootstrapInterval } from '../stats/stationary-resampling.ts'
import { signedRankInterval } from '../stats/signed-rank.ts'
import { robustDeviation } from '../stats/spread.ts'

export interface EffectOptions {
  readonly level: number
  readonly resamples: number
}

/** Power that the minimum detectable overhead is stated for. */
export const detectionPower = 0.95

/** Resampling needs numbers, not secrets: the same ones for every pair, so that relabelling changes nothing. */
const resamplingKey = deriveKey(new Uint8Array(32), 'bootstrap')

/**
 * Everything that is said of one set of block differences. Where neighbours go together, estimate and interval
 * are of means of neighbours (stats/blocking.ts); the bootstrap of the mean draws runs of neighbours anyway.
 * @param differencesNs one difference a block, in order of time
 */
export function estimateEffect(differencesNs: readonly number[], options: EffectOptions): Effect {
  const { level, resamples } = options
  const { differences, blocking } = blockOnce(differencesNs)
  const twoSided = signedRankInterval(differences, { level, sides: 'two' })
  const lower = signedRankInterval(differences, { level, sides: 'lower' }).lower
  const upper = signedRankInterval(differences, { level, sides: 'upper' }).upper
  const meanAt = (twoSidedLevel: number): BootstrapInterval =>
    bootstrapMean(differencesNs, { level: twoSidedLevel, resamples, random: createRandom(resamplingKey) })
  const mean = meanAt(level)
  // Symmetric, so that either end of this one is a one-sided bound at `level`.
  const meanBounds = meanAt(2 * level - 1)
  const estimateNs = hodgesLehmann(differences)
  const standardError = standardErrorOf(twoSided, level)
  return {
    count: differencesNs.length,
    blocking,
    neededCount: twoSided.neededCount,
    estimate: toMs(estimateNs),
    lower: toMs(twoSided.lower),
    upper: toMs(twoSided.upper),
    level,
    bounds: { lower: toMs(lower), upper: toMs(upper), level },
    mean: toMs(mean.estimate),
    meanLower: toMs(mean.lower),
    meanUpper: toMs(mean.upper),
    meanBounds: { lower: toMs(meanBounds.lower), upper: toMs(meanBounds.upper), level },
    spread: toMs(robustDeviation(differencesNs)),
    minimumDetectable:
      standardError === null
        ? null
        : toMs(minimumDetectable(standardError, { alpha: 1 - level, power: detectionPower })),
    lagOne: lagOneRankCorrelation(differencesNs),
    drift: driftCorrelation(differencesNs),
    early: earlyDeviations(differencesNs),
    // Apart, and further than chance: the shift lies outside the interval of the mean.
    hasTail:
      mean.lower !== null && mean.upper !== null && (estimateNs < mean.lower || estimateNs > mean.upper),
  }
}

/** The same differences seen from the other arm. */
export function mirrorEffect(effect: Effect): Effect {
  const { bounds, meanBounds, drift, early } = effect
  const swapped = {
    ...effect,
    lower: effect.upper,
    upper: effect.lower,
    bounds: { ...bounds, lower: bounds.upper, upper: bounds.lower },
    meanLower: effect.meanUpper,
    meanUpper: effect.meanLower,
    meanBounds: { ...meanBounds, lower: meanBounds.upper, upper: meanBounds.lower },
    drift: drift === null ? null : 0 - drift,
    early: early === null ? null : 0 - early,
  }
  // No minus nought: it would be another byte in a file.
  return mapEffect(swapped, (ms) => 0 - ms)
}

/** The same differences, each moved by a constant (the shift moves with them). */
export function shiftEffect(effect: Effect, byMs: number): Effect {
  return mapEffect(effect, (ms) => toMs(toNs(ms) + toNs(byMs)))
}

/** Every figure that has a place on the axis, moved by `move`; spread and power stay. */
function mapEffect(effect: Effect, move: (ms: number) => number): Effect {
  const moveBound = (ms: number | null): number | null => (ms === null ? null : move(ms))
  return {
    ...effect,
    estimate: move(effect.estimate),
    lower: moveBound(effect.lower),
    upper: moveBound(effect.upper),
    bounds: {
      ...effect.bounds,
      lower: moveBound(effect.bounds.lower),
      upper: moveBound(effect.bounds.upper),
    },
    mean: move(effect.mean),
    meanLower: moveBound(effect.meanLower),
    meanUpper: moveBound(effect.meanUpper),
    meanBounds: {
      ...effect.meanBounds,
      lower: moveBound(effect.meanBounds.lower),
      upper: moveBound(effect.meanBounds.upper),
    },
  }
}
