import type { GatePlan } from '../../record/gate-plan.ts'
import type { Plan } from '../../record/plan.ts'
import { trafficRules } from '../describe-traffic.ts'

type Figures = Pick<Plan, 'cases' | 'marginMs' | 'level' | 'lateShare' | 'bootstrapResamples' | 'traffic'> & {
  readonly gate: GatePlan
}

/** `agents wait 10 ms`, or `the agents' own time` where they can't be asked to wait. */
export function latencyWords({ hasDelay }: Pick<GatePlan, 'hasDelay'>, latencyMs: number): string {
  return hasDelay ? `agents wait ${latencyMs} ms` : "the agents' own time"
}

/** What a gate claims: a sentence for each latency. */
export function gateHypotheses({ gate, cases, marginMs }: Figures): string[] {
  return [...new Set(cases.map(({ latencyMs }) => latencyMs))].map(
    (latencyMs) =>
      `${latencyWords(gate, latencyMs)}: the candidate is not slower than the base by ${marginMs} ms`,
  )
}

/** How a gate decides, in words; the figures in them are the plan's own. */
export function gateRules({
  gate,
  marginMs,
  level,
  lateShare,
  bootstrapResamples,
  traffic,
}: Figures): string[] {
  return [
    "difference = candidate - base inside each block, in ms, the agents' own time and all",
    ...trafficRules(traffic),
    `estimate: Hodges-Lehmann shift over all blocks of a latency; interval (two-sided) and bounds (one-sided) at ${level} by inverting the signed-rank test; the mean beside it by ${bootstrapResamples} resamples`,
    `exceeds, a regression: both one-sided tests against ${marginMs} ms, the signed ranks of all blocks and Student's t over the estimates of the rounds (processes of their own each), at ${gate.anyLevel} over all latencies by Holm on the larger p`,
    `within: no regression, and the upper bounds over blocks and over rounds below ${gate.withinMs} ms; else inconclusive; too few blocks or rounds: no verdict`,
    'the 99th percentiles are shown with their interval and decide nothing',
    gate.asked === undefined
      ? 'invalid: a request that failed or has no proof of its own, or a block that is not there'
      : `invalid: a request that failed or for which ${gate.asked.proof.join(' and ')} is not set, or a block that is not there`,
    `invalid: a latency of whose requests more than ${lateShare} started late`,
    'nothing is dropped for being slow, nothing is repeated, and the number of blocks is fixed',
  ]
}
