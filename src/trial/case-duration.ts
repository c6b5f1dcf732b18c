import type { Plan, PlanCase } from '../record/plan.ts'

/** Time that a case takes beside its blocks, in ms: boot, the first proof, analysis; in a gate two agents start. */
export function caseOverheadMs({ gate }: Plan): number {
  return gate === undefined ? 700 : 2_500
}

/** How long one block of a case takes, in ms. Paced: its share of the schedule, whatever the agent does. */
export function blockDurationMs({ condition, intervalMs, arms }: Plan, latencyMs: number): number {
  return condition === 'paced'
    ? intervalMs * arms.length
    : // One at a time: the offload's sleep, and about a millisecond for each request.
      latencyMs + arms.length
}

/** How long a case takes, in ms. It follows from the plan, so nothing is extrapolated from what was seen. */
export function caseDurationMs(plan: Plan, planCase: PlanCase): number {
  const { latencyMs, requests, warmUpBlocks } = planCase
  const drainMs = plan.condition === 'paced' ? latencyMs : 0
  return caseOverheadMs(plan) + (warmUpBlocks + requests) * blockDurationMs(plan, latencyMs) + drainMs
}
