import type { Effect } from '../record/run.ts'
import { decideMargin } from '../stats/decision.ts'
import { blocksToDecide, standardErrorOf } from '../stats/power.ts'
import { countNeeded } from '../stats/signed-rank-null.ts'
import { detectionPower } from './effect.ts'

/** More than so many times the blocks: the estimate as good as sits on the margin. */
const hopelessFactor = 1_000

/**
 * What would decide an effect against a margin, as a sentence such as `340 more blocks would resolve 0.100 ms`;
 * null when it is decided. It asks for a new run of that size: lengthening this one would bend its error.
 */
export function nextStep(effect: Effect, marginMs: number): string | null {
  const { bounds, level, count, estimate } = effect
  const verdict = decideMargin(bounds, marginMs)
  if (verdict === 'insufficient') {
    return `${count} blocks are too few for a bound, ${countNeeded(1 - bounds.level)} are needed at least`
  }
  const standardError = standardErrorOf(effect, level)
  if (verdict !== 'inconclusive' || standardError === null) return null
  const test = { alpha: 1 - bounds.level, power: detectionPower }
  const more = blocksToDecide({ estimate, standardError, count }, marginMs, test)
  if (more === null || more > hopelessFactor * count) {
    return 'the estimate lies on the margin, and no number of blocks tells which side it is on'
  }
  const gapMs = Math.abs(estimate - marginMs)
  return `${more} more blocks would resolve ${gapMs.toFixed(3)} ms, from estimate to margin: plan a new run of ${count + more}`
}
