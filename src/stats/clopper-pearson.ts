/**
 * Exact interval of a rate from counts (Clopper and Pearson 1934, "The use of confidence or fiducial limits
 * illustrated in the case of the binomial"): what "k false alarms in n runs" proves.
 */
import { compiled, incbi } from 'cephes'
import { requireProbability, StatsError } from './stats-error.ts'

await compiled

export type RateInterval = { readonly lower: number; readonly upper: number }

/**
 * Two-sided interval; each end is a one-sided bound at (1 + level) / 2.
 * @throws StatsError OUT_OF_RANGE unless 0 <= events <= trials, both whole, trials at least 1
 */
export function clopperPearson(events: number, trials: number, level: number): RateInterval {
  const tail = (1 - requireProbability('level', level)) / 2
  const isCount = Number.isInteger(events) && Number.isInteger(trials) && events >= 0 && trials >= 1
  if (!isCount || events > trials) {
    throw new StatsError('OUT_OF_RANGE', `expected whole events in 0..trials, got ${events} of ${trials}`)
  }
  return {
    lower: events === 0 ? 0 : incbi(events, trials - events + 1, tail),
    upper: events === trials ? 1 : incbi(events + 1, trials - events, 1 - tail),
  }
}
