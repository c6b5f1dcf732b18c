import type { Plan } from '../record/plan.ts'
import { trafficRules } from './describe-traffic.ts'
import { anyExceedsLevel } from './margin-family.ts'
import { placeboLevel, placeboToleranceMs } from './placebo.ts'

/** The part of a plan that its sentences are made of. */
type Figures = Pick<
  Plan,
  | 'agent'
  | 'arms'
  | 'cases'
  | 'decoy'
  | 'marginMs'
  | 'level'
  | 'lateShare'
  | 'timedHellos'
  | 'traffic'
  | 'bootstrapResamples'
  | 'workers'
>

/** What is claimed: one sentence per latency, none where there is no control to claim anything by. */
export function hypothesesOf({ agent, arms, cases, marginMs, level }: Figures): string[] {
  if (!arms.includes('bypass')) return []
  const bound = `(upper bound, one-sided at ${level})`
  if (agent !== undefined) return [`SPOE and the agent together add less than ${marginMs} ms ${bound}`]
  const latencies = new Set(cases.filter(({ isJudged }) => isJudged).map(({ latencyMs }) => latencyMs))
  return [...latencies].map(
    (latencyMs) => `agent sleeps ${latencyMs} ms: the offload adds less than ${marginMs} ms to that ${bound}`,
  )
}

/** How it will be decided, in words; the figures in them are the plan's own. */
export function rulesOf({
  agent,
  decoy,
  level,
  lateShare,
  timedHellos,
  traffic,
  bootstrapResamples,
  workers,
}: Figures): string[] {
  return [
    agent === undefined
      ? 'overhead = (offload - what the agent slept) - bypass, inside each block, in ms'
      : 'overhead = offload - bypass, inside each block, in ms: the agent is not ours, and its own time is part of it',
    ...trafficRules(traffic),
    `estimate: Hodges-Lehmann shift; interval (two-sided) and bounds (one-sided) at ${level} by inverting the signed-rank test; the mean beside it by ${bootstrapResamples} resamples`,
    'within: upper bound below the margin; exceeds: lower bound above it; else inconclusive; too few blocks: no verdict',
    'all blocks of a latency are pooled for its verdict; the run is within when every latency is',
    `the run exceeds when a latency does, by the one-sided test at ${anyExceedsLevel} after Holm`,
    agent === undefined
      ? 'invalid: a request that failed, has no proof or no partner of its own, a NOTIFY too many or too few, or a block that is not there'
      : `invalid: a request that failed, an offloaded one for which ${agent.proof.join(' and ')} is not set, another for which it is, or a block that is not there`,
    ...(timedHellos === null ? [] : [`invalid: more than ${timedHellos} HELLOs while a case is timed`]),
    `invalid: a latency of whose requests more than ${lateShare} started late`,
    `invalid: placebo - bypass over all judged cases, where its ${placeboLevel} interval excludes 0 and its estimate is beyond ${placeboToleranceMs} ms`,
    ...(decoy === undefined
      ? []
      : [
          `invalid: the decoy, ${decoy.requests} blocks of which one of two offloads has a sealed ${decoy.injectionMs.min} to ${decoy.injectionMs.max} ms, is missed: one-sided p of the signed-rank test above ${decoy.alpha}`,
        ]),
    ...(workers === undefined
      ? []
      : [
          `sent by ${workers.count} worker(s), each block by one of them, so that differences are taken on one clock; a request joins its NOTIFY by what the origin was sent with its number, not by time`,
        ]),
    'nothing is dropped for being slow, nothing is repeated, and the number of blocks is fixed',
  ]
}
