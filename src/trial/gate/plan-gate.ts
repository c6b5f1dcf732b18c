import type { GatePlan } from '../../record/gate-plan.ts'
import { type Mode, type Plan, type PlanCase, warmUpBlocks } from '../../record/plan.ts'
import type { Traffic } from '../../record/traffic.ts'
import { identifyCode } from '../code-identity.ts'
import { trialDefaults } from '../plan-trial.ts'
import { gateHypotheses, gateRules } from './gate-words.ts'

export interface GateDesign {
  readonly runId: string
  readonly startedAt: string
  readonly mode: Mode
  readonly gate: Pick<GatePlan, 'base' | 'candidate' | 'hasDelay' | 'asked'>
  /** What the agents are asked to wait, in ms. Default 0, 1, 10, 100, 1000; 0 alone where they can't be asked. */
  readonly agentSleepsMs?: readonly number[]
  /** Of a latency, over all rounds; twice as many where agents wait `coarseWaitMs` or more. Default 1,000. */
  readonly blocks?: number
  /** Times that both agents are started for each latency, base and candidate first by turns. Default `defaultRounds`. */
  readonly rounds?: number
  /** Default: `GET /` on a new connection for each request. */
  readonly traffic?: Traffic | undefined
  /** Default: that of a trial. */
  readonly lateShare?: number
}

/** Two processes are never identical: a lower bound has to be above this many ms to be a regression. */
export const regressionMs = 0.02

/** The size that a gate is made to find, in ms: an upper bound below it passes. */
export const withinMs = 0.1

/** "Any latency regressed" may be false so often. */
export const anyLevel = 0.01

/** Even, so that either side is started first as often; what eight are enough for is in METHODOLOGY.md, "The gate". */
export const defaultRounds = 8

export const defaultBlocks = 1_000

/** From such a wait on the timers of agents spread a block difference by 0.9 ms in the place of 0.25. */
const coarseWaitMs = 10

/**
 * Blocks before those that count, beyond a case's full concurrency: both processes are new, and have to compile
 * what they do.
 */
const freshBlocks = 130

/**
 * The plan of a gate: every latency once in each round, with both agents started anew. Rounds go round by round,
 * so that drift hits all latencies alike; who is started first changes from round to round and from latency to
 * latency.
 */
export function planGate(design: GateDesign): Plan {
  const { blocks = defaultBlocks, rounds = defaultRounds } = design
  const latencies = design.gate.hasDelay ? (design.agentSleepsMs ?? [0, 1, 10, 100, 1000]) : [0]
  const blockMs = 2 * trialDefaults.intervalMs
  const cases = Array.from({ length: rounds }, (_, round) =>
    latencies.map((latencyMs, place): PlanCase => ({
      id: `${latencyMs}ms-round-${round + 1}`,
      latencyMs,
      requests: shareOf(latencyMs < coarseWaitMs ? blocks : 2 * blocks, round, rounds),
      warmUpBlocks: warmUpBlocks(latencyMs, blockMs) + freshBlocks,
      mode: design.mode,
      isJudged: true,
      startsFirst: (round + place) % 2 === 0 ? 'base' : 'candidate',
    })),
  ).flat()
  const gate: GatePlan = { ...design.gate, withinMs, anyLevel }
  const plan: Omit<Plan, 'hypotheses' | 'rules'> & { readonly gate: GatePlan } = {
    schema: 'spoe-bench/plan/1',
    runId: design.runId,
    startedAt: design.startedAt,
    condition: 'paced',
    arms: ['base', 'candidate'],
    ...trialDefaults,
    lateShare: design.lateShare ?? trialDefaults.lateShare,
    // They say HELLO to agents that are not ours, so nobody counts them.
    timedHellos: null,
    requestDeadlineMs: 30_000,
    marginMs: regressionMs,
    code: identifyCode(),
    cases,
    ...(design.traffic === undefined ? {} : { traffic: design.traffic }),
    gate,
  }
  return { ...plan, hypotheses: gateHypotheses(plan), rules: gateRules(plan) }
}

/** What a round has of all blocks; the first ones take what does not divide. */
function shareOf(blocks: number, round: number, rounds: number): number {
  return Math.floor(blocks / rounds) + (round < blocks % rounds ? 1 : 0)
}
