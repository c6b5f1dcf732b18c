import type { Plan } from '../record/plan.ts'

/** Time that a case takes beside its blocks: boot, the first proof, analysis. */
const caseOverheadMs = 700

/** How long the planned work still takes; known beforehand, so nothing is extrapolated from what was seen. */
export function createRemaining(plan: Plan): {
  readonly afterBlock: (caseIndex: number, blocksDone: number) => number
} {
  const blockMs = (latencyMs: number): number =>
    plan.condition === 'paced'
      ? plan.intervalMs * plan.arms.length
      : // One at a time: the offload's sleep, and about a millisecond for each request.
        latencyMs + plan.arms.length
  const caseMs = plan.cases.map(({ latencyMs, requests, warmUpBlocks }) => {
    const drainMs = plan.condition === 'paced' ? latencyMs : 0
    return caseOverheadMs + (warmUpBlocks + requests) * blockMs(latencyMs) + drainMs
  })
  return {
    afterBlock(caseIndex, blocksDone) {
      const planCase = plan.cases[caseIndex]
      if (planCase === undefined) return 0
      const rest = caseMs.slice(caseIndex).reduce((sum, ms) => sum + ms, 0)
      return Math.max(0, rest - blocksDone * blockMs(planCase.latencyMs) - caseOverheadMs / 2)
    },
  }
}
