import {
  type ArmName,
  type Condition,
  type DecoyPlan,
  type Mode,
  type OutsideAgentPlan,
  type Plan,
  type PlanCase,
  warmUpBlocks,
} from '../record/plan.ts'
import type { Traffic } from '../record/traffic.ts'
import type { WorkersPlan } from '../record/workers.ts'
import { identifyCode } from './code-identity.ts'
import { planDecoy } from './decoy.ts'
import { hypothesesOf, rulesOf } from './plan-words.ts'

/** The fixed numbers of every trial; each is argued for in METHODOLOGY.md. */
export const trialDefaults = {
  intervalMs: 3,
  jitterMs: 1,
  lateShare: 0.05,
  level: 0.95,
  bootstrapResamples: 1_999,
} as const

export interface TrialDesign {
  readonly runId: string
  readonly startedAt: string
  readonly condition: Condition
  /** From the start of one request to that of the next, paced. Default 3. */
  readonly intervalMs?: number
  readonly arms: readonly ArmName[]
  readonly agentSleepsMs: readonly number[]
  readonly requests: readonly number[]
  /** How often each of them is measured, with a fresh HAProxy every time. Default 1. */
  readonly boots?: number
  /** The agent that is asked in the place of ours; it takes no orders, so its one latency is 0. */
  readonly agent?: OutsideAgentPlan
  /** Default: `GET /` on a new connection for each request. */
  readonly traffic?: Traffic | undefined
  /** host:port of an origin that runs elsewhere. Default: one in a thread of the run. */
  readonly origin?: string | undefined
  /** Load generators outside this process, over which the requests of each sleep are spread. Default: our own. */
  readonly workers?: WorkersPlan
  readonly marginMs: number
  /** Share of late starts beyond which there is no verdict. Default 0.05. */
  readonly lateShare?: number
  readonly mode: Mode
  readonly release: { readonly major: number; readonly minor: number }
  /** One case that is measured once more with the machine left as it is, to stand beside the others. */
  readonly asIsBeside?: { readonly latencyMs: number; readonly requests: number }
  /** Whether a decoy is measured, or what is different about it; it takes the place of bypass, placebo and offload. */
  readonly decoy?: Partial<DecoyPlan>
  /** Whether somebody will be shown the arms while a case is measured. Default false. */
  readonly isUnblinded?: boolean
}

/**
 * Connections that HAProxy may open to the agent while a case is timed. From 3.0 on one was the most that was
 * seen; more would be a reconnect for every message. Before 2.8 it starts an applet for each message while
 * others wait, though idle ones are there (e99c43907): up to one HELLO a request, and no fault of the set-up.
 * A HELLO does not say for which engine it is: where several are loaded at once, those of all count for each.
 */
function plannedHellos({ major, minor }: TrialDesign['release'], generators: number): number | null {
  return major < 2 || (major === 2 && minor < 8) ? null : 3 * generators
}

export function caseIdOf(latencyMs: number, requests: number): string {
  return `${latencyMs}ms-${requests}`
}

/** The plan of a trial: every agent sleep with every number of requests. */
export function planTrial(design: TrialDesign): Plan {
  // All of them together keep the pace that one would have kept alone.
  const generators = design.workers?.count ?? 1
  const intervalMs = generators * (design.intervalMs ?? trialDefaults.intervalMs)
  const blockMs = intervalMs * design.arms.length
  const planCase = (latencyMs: number, requests: number): PlanCase => ({
    id: caseIdOf(latencyMs, requests),
    latencyMs,
    requests,
    // One at a time there is no concurrency to reach; the discarded blocks remain.
    warmUpBlocks: warmUpBlocks(design.condition === 'paced' ? latencyMs : 0, blockMs),
    mode: design.mode,
    isJudged: true,
  })
  const cases = design.agentSleepsMs.flatMap((latencyMs) =>
    design.requests.flatMap((n) =>
      design.workers === undefined
        ? planBoots(planCase(latencyMs, n), design.boots ?? 1)
        : planShares(planCase(latencyMs, Math.ceil(n / generators)), generators),
    ),
  )
  if (design.asIsBeside !== undefined && design.mode === 'awake') {
    const { latencyMs, requests } = design.asIsBeside
    const beside = planCase(latencyMs, requests)
    cases.push({ ...beside, id: `${beside.id}-as-is`, mode: 'as-is', isJudged: false })
  }
  const plan: Omit<Plan, 'hypotheses' | 'rules'> = {
    schema: 'spoe-bench/plan/1',
    runId: design.runId,
    startedAt: design.startedAt,
    condition: design.condition,
    arms: [...design.arms],
    ...trialDefaults,
    intervalMs,
    jitterMs: generators * trialDefaults.jitterMs,
    lateShare: design.lateShare ?? trialDefaults.lateShare,
    timedHellos: plannedHellos(design.release, generators),
    requestDeadlineMs: 30_000,
    marginMs: design.marginMs,
    code: identifyCode(),
    cases,
    ...(design.agent === undefined ? {} : { agent: design.agent }),
    ...(design.traffic === undefined ? {} : { traffic: design.traffic }),
    ...(design.origin === undefined ? {} : { origin: design.origin }),
    ...(design.workers === undefined ? {} : { workers: design.workers }),
    ...(design.decoy === undefined ? {} : { decoy: { ...planDecoy(design.mode, blockMs), ...design.decoy } }),
    ...(design.isUnblinded === true ? { isUnblinded: true } : {}),
  }
  return { ...plan, hypotheses: hypothesesOf(plan), rules: rulesOf(plan) }
}

function planBoots(planCase: PlanCase, boots: number): PlanCase[] {
  if (boots === 1) return [planCase]
  return Array.from({ length: boots }, (_, boot) => ({ ...planCase, id: `${planCase.id}-boot-${boot + 1}` }))
}

/** A case for every worker: what one recorded is never compared with what another did. */
function planShares(planCase: PlanCase, workers: number): PlanCase[] {
  return Array.from({ length: workers }, (_, index) => ({
    ...planCase,
    id: `${planCase.id}-worker-${index + 1}`,
    worker: index + 1,
  }))
}
