import { z } from 'zod'
import { askedShape, askingSchema } from './asked.ts'
import { canonicalJson, type Json, sha256 } from './canonical.ts'
import { gatePlanSchema, sideNames } from './gate-plan.ts'
import { workersPlanSchema } from './workers.ts'
import { hashMix, type Traffic, trafficSchema } from './traffic.ts'

/** plan.json: what will be measured and how it will be judged, fixed before the first request. */

/**
 * `control`: no filter; HAProxy itself waits for the nominal latency. Measured in bench/conditions alone.
 * `base`, `candidate`: the filter, and behind it an agent in a process of its own. Measured in gates alone.
 */
export const armNames = ['bypass', 'placebo', 'offload', 'control', ...sideNames] as const
export type ArmName = (typeof armNames)[number]

export const condition = z.enum(['paced', 'sequential'])
export type Condition = z.infer<typeof condition>

export const modeSchema = z.enum(['awake', 'as-is'])
/** Whether the machine was kept from going to sleep between requests. */
export type Mode = z.infer<typeof modeSchema>

export const planCaseSchema = z.strictObject({
  id: z.string(),
  latencyMs: z.number().min(0),
  requests: z.int().min(1),
  /** Blocks that are sent before those that count, fixed in advance. */
  warmUpBlocks: z.int().min(0),
  mode: modeSchema,
  /** false: shown beside the others, never pooled, no verdict (the as-is figure of one case). */
  isJudged: z.boolean(),
  /** Whose agent is started first, where arms have agents of their own. */
  startsFirst: z.enum(sideNames).optional(),
  /** Which of the plan's workers sends it, from 1, where there are any. */
  worker: z.int().min(1).optional(),
})
export type PlanCase = z.infer<typeof planCaseSchema>

/** One case more, of which sleep, injection and the port that has it are sealed until every other case is open. */
export const decoySchema = z.strictObject({
  requests: z.int().min(1),
  warmUpBlocks: z.int().min(0),
  mode: modeSchema,
  latenciesMs: z.array(z.number().min(0)).min(1).describe('one of them is drawn'),
  injectionMs: z.strictObject({ min: z.number().positive(), max: z.number().positive() }),
  alpha: z.number().gt(0).lt(0.5).describe('it is found when the one-sided p is at most this'),
})
export type DecoyPlan = z.infer<typeof decoySchema>

/** An agent that is not ours. What it takes for itself is not known: it is part of the overhead. */
export const outsideAgentSchema = z.strictObject({
  from: z.string().describe('the command that starts it, or its address'),
  ...askedShape,
  asking: askingSchema.optional().describe('when HAProxy asks it; absent: proven in the request'),
})
export type OutsideAgentPlan = z.infer<typeof outsideAgentSchema>

export const planSchema = z.strictObject({
  schema: z.literal('spoe-bench/plan/1'),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  condition,
  arms: z.array(z.enum(armNames)).min(1),
  /** Mean time between two starts, and how far a start is moved at random inside it. */
  intervalMs: z.number().positive(),
  jitterMs: z.number().min(0),
  /** A case with a larger share of late starts than this has no verdict. */
  lateShare: z.number().min(0).max(1),
  /** A case with more HELLOs than this inside its timed blocks has no verdict; null: any number, with a warning. */
  timedHellos: z.int().min(0).nullable(),
  requestDeadlineMs: z.number().positive(),
  marginMs: z.number().positive(),
  /** Level of the interval (two-sided) and of each bound that a verdict uses (one-sided). */
  level: z.number().gt(0.5).lt(1),
  bootstrapResamples: z.int().min(100),
  /** What is claimed and will be tested, and how it is decided: a sentence each. */
  hypotheses: z.array(z.string()),
  rules: z.array(z.string()).min(1),
  /** What measured and judged: SHA-256 over sources and lockfile. */
  code: z.strictObject({ version: z.string(), hash: z.string() }),
  cases: z.array(planCaseSchema).min(1),
  /** Absent: our own agent, whose sleep is known. */
  agent: outsideAgentSchema.optional(),
  /** Absent: `GET /` on a new connection for each request. */
  traffic: trafficSchema.optional(),
  /** host:port of an origin that runs elsewhere. Absent: one in a thread of the run. */
  origin: z.string().optional(),
  /** Absent: one load generator, in a thread of the run. */
  workers: workersPlanSchema.optional(),
  /** Absent: the run has none. */
  decoy: decoySchema.optional(),
  /** Two agents against each other, in the place of an offload against a bypass. Absent: no such thing. */
  gate: gatePlanSchema.optional(),
  /** The arms can be seen while a case is measured (--peek): such a run gates nothing. Absent: they can't. */
  isUnblinded: z.literal(true).optional(),
})
export type Plan = z.infer<typeof planSchema>

/** What a run is held to: SHA-256 of the plan's canonical JSON. */
export function hashPlan(plan: Plan): string {
  return sha256(canonicalJson(plan as Json))
}

/**
 * What two runs have in common whose estimates may be compared: how many requests of what kind went to which arms and
 * agent sleeps, and at what pace. The plan's own hash is another one for every run. Not in it: who runs it and when; the
 * code, because that is what a comparison is about; how it is judged (margin, level, rules); what is measured
 * after all judged cases, with HAProxys of its own (a case beside them, the decoy). Awake or as is stands in the
 * fingerprint under its own name.
 */
export function hashMeasurement(plan: Plan): string {
  const { condition: paced, arms, intervalMs, jitterMs, cases, traffic } = plan
  const judged = cases
    .filter(({ isJudged }) => isJudged)
    .map(({ latencyMs, requests, warmUpBlocks: warmUp }) => ({ latencyMs, requests, warmUpBlocks: warmUp }))
  const alike = { condition: paced, arms, intervalMs, jitterMs, cases: judged }
  return sha256(canonicalJson(traffic === undefined ? alike : { ...alike, ...alikeTraffic(traffic) }))
}

/** The name of a file says nothing of what is in it. */
function alikeTraffic({ connection, mix }: Traffic): Record<string, string> {
  return mix === undefined ? { connection } : { connection, requests: hashMix(mix) }
}

/**
 * What the seed is bound to before the first request: SHA-256 over version, run id, plan hash and seed, a line
 * each.
 * @param seed 256 bits
 */
export function commitTo(plan: Plan, seed: Uint8Array): string {
  return sha256(['spoe-bench/1', plan.runId, hashPlan(plan), Buffer.from(seed).toString('hex')].join('\n'))
}

/**
 * Blocks before the ones that count: until the case's full concurrency has been open once (a sleep of
 * `latencyMs` at one offloaded request a block), and then 20 more, which are discarded.
 */
export function warmUpBlocks(latencyMs: number, blockMs: number): number {
  return Math.ceil(latencyMs / blockMs) + discardedBlocks
}

const discardedBlocks = 20
