import { predictionReach } from '../stats/prediction.ts'
import { normalQuantile } from '../stats/normal.ts'
import { comparisonLevel, type LatencyComparison } from './compare-run.ts'

/** What to do about a latency's verdict, as a sentence; null where it is within. */
export function adviseOn(
  latency: Pick<LatencyComparison, 'verdict' | 'marginMs' | 'prediction'>,
): string | null {
  const { verdict, marginMs, prediction } = latency
  if (verdict === 'within') return null
  if (verdict === 'exceeds') {
    return 'It got slower: find out which change did it; npm run gate -- --base <ref> compares both on one machine at one time.'
  }
  // One-sided at the level of `within`.
  const reach = predictionReach(prediction, 2 * comparisonLevel - 1)
  if (reach < marginMs)
    return 'Make another run; if it says the same, compare with npm run gate -- --base <ref>.'
  const best = normalQuantile(comparisonLevel) * prediction.deviation
  return best < marginMs
    ? `These ${prediction.count} runs spread too far to tell ${marginMs} ms even from an unchanged run: add runs to the baseline.`
    : `Runs spread too far here for any number of them to tell ${marginMs} ms: keep the machine awake and quiet, or allow ${(2 * best).toFixed(2)} ms.`
}
