import type { CaseResult } from '../record/run.ts'
import { isDrifting, isWarmingUp } from '../stats/health.ts'
import { roundTripLimitMs, startDelayLimitMs, stealLimit } from '../stats/health-limits.ts'

type Health = Pick<CaseResult, 'overheadMs' | 'stealShare' | 'startDelayMs' | 'roundTripMs'>

/** What was not well with the machine, or with what the interval takes for granted: a sentence each. */
export function healthWarnings({ overheadMs, stealShare, startDelayMs, roundTripMs }: Health): string[] {
  const warnings: string[] = []
  const { count = 0, drift = null, early = null } = overheadMs ?? {}
  if (isDrifting(drift, count)) {
    warnings.push(
      `drift: the overhead ${drift! > 0 ? 'rose' : 'fell'} as time went by (rank correlation ${drift!.toFixed(2)})`,
    )
  }
  if (isWarmingUp(early, count)) {
    warnings.push(
      `warm-up: the first tenth of the blocks lies ${Math.abs(early!).toFixed(1)} standard deviations ${early! > 0 ? 'above' : 'below'} the others`,
    )
  }
  if (stealShare !== null && stealShare > stealLimit) {
    warnings.push(`steal: the hypervisor took ${(100 * stealShare).toFixed(1)} % of the processors away`)
  }
  if (startDelayMs !== null && startDelayMs > startDelayLimitMs) {
    warnings.push(
      `event loop: a twentieth of the requests started ${startDelayMs.toFixed(1)} ms late or more`,
    )
  }
  if (roundTripMs !== null && roundTripMs > roundTripLimitMs) {
    warnings.push(
      `timer probe: this machine took ${roundTripMs.toFixed(2)} ms for two wake-ups just before the case`,
    )
  }
  return warnings
}
