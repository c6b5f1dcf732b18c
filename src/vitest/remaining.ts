import type { Plan } from '../record/plan.ts'
import { blockDurationMs, caseDurationMs, caseOverheadMs } from '../trial/case-duration.ts'
import { plannedCases } from '../trial/decoy.ts'

/** How long the planned work still takes; known beforehand, so nothing is extrapolated from what was seen. */
export function createRemaining(plan: Plan): {
  readonly afterBlock: (caseIndex: number, blocksDone: number) => number
} {
  const cases = plannedCases(plan)
  const caseMs = cases.map((planCase) => caseDurationMs(plan, planCase))
  return {
    afterBlock(caseIndex, blocksDone) {
      const planCase = cases[caseIndex]
      if (planCase === undefined) return 0
      const rest = caseMs.slice(caseIndex).reduce((sum, ms) => sum + ms, 0)
      return Math.max(
        0,
        rest - blocksDone * blockDurationMs(plan, planCase.latencyMs) - caseOverheadMs(plan) / 2,
      )
    },
  }
}
