import type { Plan, PlanCase } from '../record/plan.ts'

/**
 * Time that a case takes beside its blocks, in ms: boot, the first proof, ends. A gate starts two agents, and as these
 * take no orders, they wait for the proof too.
 */
export function caseOverheadMs({ gate, arms }: Plan, latencyMs: number): number {
  return gate === undefined ? 700 : 1_200 + arms.length * latencyMs
}

/** How long one block of a case takes, in ms. Paced: its share of the schedule, whatever the agent does. */
export function blockDurationMs({ condition, intervalMs, arms }: Plan, latencyMs: number): number {
  return condition === 'paced'
    ? intervalMs * arms.length
    : // One at a time: the offload's sleep, and about a millisecond for each request.
      latencyMs + arms.length
}

/** By how much a block ends later than its place in the schedule, in ms: paced, the agent's sleep overlaps. */
export function blockLagMs({ condition }: Plan, latencyMs: number): number {
  return condition === 'paced' ? latencyMs : 0
}

/**
 * How long the analysis of a case takes, in ms: every port against every other, resampled. 0.9 s for 1,000 blocks of
 * three arms and 1,999 resamples on a two-core virtual machine (METHODOLOGY.md, "Time left").
 */
export function analysisDurationMs({ arms, bootstrapResamples }: Plan, blocks: number): number {
  return 5e-5 * blocks * arms.length ** 2 * bootstrapResamples
}

/** How long a case takes, in ms. It follows from the plan, so nothing is extrapolated from what was seen. */
export function caseDurationMs(plan: Plan, planCase: PlanCase): number {
  const { latencyMs, requests, warmUpBlocks } = planCase
  return (
    caseOverheadMs(plan, latencyMs) +
    (warmUpBlocks + requests) * blockDurationMs(plan, latencyMs) +
    blockLagMs(plan, latencyMs)
  )
}
