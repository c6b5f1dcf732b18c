import { createRandom, deriveKey } from '../record/random.ts'
import type { Effect } from '../record/run.ts'
import { toMs, toNs } from '../record/units.ts'
import { bootstrapMean } from '../stats/bootstrap.ts'
import { hodgesLehmann } from '../stats/hodges-lehmann.ts'
import { minimumDetectable, standardErrorOf } from '../stats/power.ts'
import { signedRankInterval } from '../stats/signed-rank.ts'
import { robustDeviation } from '../stats/spread.ts'

export interface EffectOptions {
  readonly level: number
  readonly resamples: number
}

/** Power that the minimum detectable effect is stated for. */
const power = 0.95

/** Resampling needs numbers, not secrets: the same ones for every pair, so that relabelling changes nothing. */
const resamplingKey = deriveKey(new Uint8Array(32), 'bootstrap')

/**
 * Everything that is said of one set of block differences.
 * @param differencesNs one difference a block, in order of time
 */
export function estimateEffect(differencesNs: readonly number[], options: EffectOptions): Effect {
  const { level, resamples } = options
  const twoSided = signedRankInterval(differencesNs, { level, sides: 'two' })
  const lower = signedRankInterval(differencesNs, { level, sides: 'lower' }).lower
  const upper = signedRankInterval(differencesNs, { level, sides: 'upper' }).upper
  const mean = bootstrapMean(differencesNs, { level, resamples, random: createRandom(resamplingKey) })
  const estimateNs = hodgesLehmann(differencesNs)
  const standardError = standardErrorOf(twoSided, level)
  return {
    count: differencesNs.length,
    estimate: toMs(estimateNs),
    lower: toMs(twoSided.lower),
    upper: toMs(twoSided.upper),
    level,
    bounds: { lower: toMs(lower), upper: toMs(upper), level },
    mean: toMs(mean.estimate),
    meanLower: toMs(mean.lower),
    meanUpper: toMs(mean.upper),
    spread: toMs(robustDeviation(differencesNs)),
    minimumDetectable:
      standardError === null ? null : toMs(minimumDetectable(standardError, { alpha: 1 - level, power })),
    // Apart, and further than chance: the shift lies outside the interval of the mean.
    hasTail:
      mean.lower !== null && mean.upper !== null && (estimateNs < mean.lower || estimateNs > mean.upper),
  }
}

/** The same differences seen from the other arm. */
export function mirrorEffect(effect: Effect): Effect {
  const { bounds } = effect
  const swapped = {
    ...effect,
    lower: effect.upper,
    upper: effect.lower,
    bounds: { ...bounds, lower: bounds.upper, upper: bounds.lower },
    meanLower: effect.meanUpper,
    meanUpper: effect.meanLower,
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
  }
}
