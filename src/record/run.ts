import { z } from 'zod'
import { askedSchema } from './asked.ts'
import { hostSchema } from './host.ts'
import { gateSideSchema } from './gate-plan.ts'
import { armNames, condition, modeSchema, outsideAgentSchema } from './plan.ts'
import { trafficSummarySchema } from './traffic.ts'
import { workersPlanSchema } from './workers.ts'

/**
 * run.json: what a run found. Made from plan.json, host.json and samples.jsonl alone, without a clock, so
 * that anyone can make it again. Every figure is in milliseconds; null means "too few samples for a number".
 */

const ms = z.number()

/** One set of latencies. p99 is null below 1,000 observations. */
export const summarySchema = z
  .strictObject({
    count: z.int(),
    mean: ms,
    median: ms,
    p90: ms,
    p99: ms.nullable(),
    min: ms,
    max: ms,
  })
  .meta({ id: 'Summary' })
export type Summary = z.infer<typeof summarySchema>

/** A difference between two arms: Hodges-Lehmann shift of the block differences, the mean beside it. */
export const effectSchema = z
  .strictObject({
    count: z.int().describe('block differences'),
    blocking: z
      .int()
      .describe('neighbours averaged before ranking: 1, or 2 where neighbouring blocks go together'),
    neededCount: z.int().nullable().describe('block differences that lower..upper needs; null: it has them'),
    estimate: ms,
    lower: ms.nullable(),
    upper: ms.nullable(),
    level: z.number().describe('of the two-sided interval lower..upper'),
    bounds: z
      .strictObject({ lower: ms.nullable(), upper: ms.nullable(), level: z.number() })
      .describe('the one-sided bounds that a verdict uses, each at this level'),
    mean: ms,
    meanLower: ms.nullable(),
    meanUpper: ms.nullable(),
    meanBounds: z
      .strictObject({ lower: ms.nullable(), upper: ms.nullable(), level: z.number() })
      .describe('one-sided bounds of the mean, each at this level'),
    spread: ms.describe('robust standard deviation of a block difference'),
    minimumDetectable: ms.nullable().describe('smallest effect seen with power 0.95 at this size and spread'),
    lagOne: z.number().nullable().describe('rank correlation of neighbours in time'),
    drift: z.number().nullable().describe('rank correlation with time'),
    early: z
      .number()
      .nullable()
      .describe('how far the first tenth of the blocks lies from the others, in standard deviations'),
    hasTail: z.boolean().describe('mean and estimate disagree: see p99'),
  })
  .meta({ id: 'Effect' })
export type Effect = z.infer<typeof effectSchema>

/** A difference of the 99th percentiles of two arms, by resampling blocks. */
export const tailEffectSchema = effectSchema
  .pick({
    count: true,
    estimate: true,
    lower: true,
    upper: true,
    level: true,
    bounds: true,
  })
  .meta({ id: 'TailEffect' })
export type TailEffect = z.infer<typeof tailEffectSchema>

export const verdictSchema = z.enum(['within', 'exceeds', 'inconclusive'])
export type Verdict = z.infer<typeof verdictSchema>

const armsSchema = z.partialRecord(z.enum(armNames), summarySchema)

export const caseResultSchema = z.strictObject({
  id: z.string(),
  latencyMs: z.number(),
  requests: z.int(),
  condition,
  mode: modeSchema,
  isJudged: z.boolean(),
  arms: armsSchema,
  agentSleepMs: summarySchema
    .nullable()
    .describe('how long the agent really slept; null if it was never asked'),
  overheadMs: effectSchema.nullable().describe('(offload - sleep) - bypass; null without a bypass arm'),
  penaltyMs: effectSchema
    .nullable()
    .describe('offload - bypass - nominal latency: holds our timer error too'),
  placeboMs: effectSchema.nullable().describe('placebo - bypass: what noise alone does'),
  overheadP99Ms: ms.nullable(),
  overheadP99: tailEffectSchema.nullable().describe('the same with its interval'),
  marginMs: ms,
  publishedAverageMs: ms.nullable().describe("the seed's own estimator on the offload samples"),
  verdict: verdictSchema.nullable().describe('null: insufficient, or the case has faults'),
  lateStarts: z.int(),
  timedHellos: z.int(),
  bootMs: ms,
  stealShare: z.number().nullable(),
  startDelayMs: ms
    .nullable()
    .describe('how late a twentieth of the requests started at least; null: sent one at a time'),
  roundTripMs: ms.nullable().describe('median of two wake-ups just before the case'),
  faults: z.array(z.strictObject({ kind: z.string(), count: z.int(), first: z.string() })),
  warnings: z.array(z.string()),
})
export type CaseResult = z.infer<typeof caseResultSchema>

const pValue = z.number().min(0).max(1)

/** p-values of what is claimed of a latency against its margin, one-sided. */
export const marginTestSchema = z.strictObject({
  within: pValue.describe('against "at the margin or above" (non-inferiority)'),
  exceeds: pValue.describe('against "at the margin or below"'),
  withinAdjusted: pValue.nullable().describe('by Holm over all latencies; null until all are measured'),
  exceedsAdjusted: pValue.nullable().describe('by Holm over all latencies; null until all are measured'),
})
export type MarginTest = z.infer<typeof marginTestSchema>

export const latencyResultSchema = z.strictObject({
  latencyMs: z.number(),
  cases: z.array(z.string()),
  blocks: z.int(),
  arms: armsSchema,
  overheadMs: effectSchema.nullable(),
  relativeOverhead: z
    .number()
    .nullable()
    .describe('the estimate over the median of bypass: moves least as the machine gets faster or slower'),
  overheadP99Ms: ms.nullable(),
  overheadP99: tailEffectSchema.nullable().describe('the same with its interval'),
  split: z
    .strictObject({
      askingMs: effectSchema.describe('from before HAProxy asks the agent until it has its answer'),
      aroundMs: effectSchema.describe('the rest of the overhead'),
    })
    .optional()
    .describe(
      "an overhead with the agent's own time in it, by HAProxy's own clock; absent: that was not read",
    ),
  penaltyMs: effectSchema.nullable(),
  placeboMs: effectSchema.nullable(),
  marginMs: ms,
  verdict: verdictSchema.nullable(),
  next: z.string().nullable().describe('what would decide it; null where it is decided or has faults'),
  pValues: marginTestSchema.nullable().describe('null where there are faults or cases missing'),
  lateStarts: z.int(),
  warnings: z.array(z.string()),
})
export type LatencyResult = z.infer<typeof latencyResultSchema>

/**
 * What the whole run comes to; the launcher makes the exit code of it. `measured`: a run that claims no
 * overhead and so has no verdict (--seed-exact). `unblinded`: one that somebody looked into (--peek).
 */
export const outcomeSchema = z.enum([
  'within',
  'exceeds',
  'inconclusive',
  'measured',
  'unblinded',
  'invalid',
  'incomplete',
])
export type Outcome = z.infer<typeof outcomeSchema>

/** Whether it is an answer, which can be right or wrong. */
export function isAnswer(outcome: Outcome): boolean {
  return outcome === 'within' || outcome === 'exceeds' || outcome === 'inconclusive'
}

/** p-values of the run's own claims. */
export const runTestSchema = z.strictObject({
  allWithin: pValue.describe('all latencies within the margin: intersection-union test, the largest p'),
  anyExceeds: pValue.describe('any latency exceeds it: the smallest p, adjusted by Holm'),
  anyLevel: z.number().describe('the run exceeds when anyExceeds is at most this'),
})
export type RunTest = z.infer<typeof runTestSchema>

/** The sealed injection, and whether it was found. */
export const decoyResultSchema = z.strictObject({
  requests: z.int(),
  latencyMs: ms.describe("what the agent slept, drawn from the decoy's key"),
  injectedMs: ms.describe('what the agent spun beyond that on one of two ports, drawn from it as well'),
  effectMs: effectSchema.nullable().describe("that port less its twin, both less the agent's sleep"),
  p: pValue.nullable().describe('one-sided, against "no injection"'),
  alpha: z.number(),
  isFound: z.boolean(),
  faults: z.array(z.string()),
})
export type DecoyResult = z.infer<typeof decoyResultSchema>

/** Candidate against base over the rounds of a latency, each with processes of its own: Student's t over their estimates. */
export const roundsEffectSchema = z
  .strictObject({
    count: z.int().describe('rounds'),
    mean: ms,
    deviation: ms.describe('standard deviation of a round'),
    lower: ms,
    upper: ms,
    level: z.number().describe('of the two-sided interval lower..upper'),
    bounds: z
      .strictObject({ lower: ms, upper: ms, level: z.number() })
      .describe('the one-sided bounds, each at this level'),
  })
  .meta({ id: 'RoundsEffect' })
export type RoundsEffect = z.infer<typeof roundsEffectSchema>

/** Candidate against base at one latency, all its blocks pooled. */
export const gateLatencySchema = z.strictObject({
  latencyMs: ms.describe('what the agents were asked to wait; 0 where they take their own time'),
  cases: z.array(z.string()),
  blocks: z.int(),
  arms: armsSchema,
  differenceMs: effectSchema.nullable().describe('candidate - base'),
  roundsMs: z.array(ms).describe('its estimate in each round alone, in their order'),
  overRoundsMs: roundsEffectSchema.nullable().describe('of those estimates; null for a single round'),
  tailMs: tailEffectSchema.nullable().describe('the same of the 99th percentiles; shown, not judged'),
  pBlocks: pValue
    .nullable()
    .describe('one-sided, against "at marginMs or below", by the signed ranks of all blocks'),
  pRounds: pValue.nullable().describe("the same by Student's t over rounds"),
  p: pValue.nullable().describe('the larger of the two: both have to say so'),
  pAdjusted: pValue.nullable().describe('by Holm over all latencies; null until all are measured'),
  verdict: verdictSchema.nullable().describe('exceeds: a regression; null: insufficient, or faults'),
  lateStarts: z.int(),
  warnings: z.array(z.string()),
})
export type GateLatency = z.infer<typeof gateLatencySchema>

export const gateResultSchema = z.strictObject({
  base: gateSideSchema,
  candidate: gateSideSchema,
  marginMs: ms.describe('a lower bound above it is a regression'),
  withinMs: ms.describe('an upper bound below it passes'),
  anyLevel: z.number(),
  hasDelay: z.boolean(),
  asked: askedSchema.optional().describe("absent: the article's message, proven by its score"),
  latencies: z.array(gateLatencySchema),
})
export type GateResult = z.infer<typeof gateResultSchema>

export const runSchema = z.strictObject({
  schema: z.literal('spoe-bench/run/1'),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  condition,
  outcome: outcomeSchema,
  reasons: z.array(z.string()).describe('why the outcome is not a verdict, a sentence each'),
  cases: z.array(caseResultSchema),
  latencies: z.array(latencyResultSchema),
  pValues: runTestSchema.nullable().describe('null unless every latency has its own'),
  placeboMs: effectSchema
    .nullable()
    .describe(
      'placebo - bypass over the blocks of all judged cases: the one test that can make a run invalid',
    ),
  decoy: decoyResultSchema.nullable().describe('null: none was planned, or it was not opened'),
  gate: gateResultSchema.optional().describe('absent: the run is no gate'),
  host: hostSchema,
  agent: outsideAgentSchema.optional().describe('absent: our own; else its time is part of the overhead'),
  workers: workersPlanSchema
    .optional()
    .describe('absent: sent by one load generator, in a thread of the run'),
  traffic: trafficSummarySchema.optional().describe('absent: `GET /` on a new connection for each request'),
  attempt: z
    .strictObject({ number: z.int(), aborted: z.int().describe('earlier ones that did not end') })
    .nullable()
    .describe('of this design, by the ledger; null: the run is in no ledger'),
  planHash: z.string(),
  commitment: z.string(),
  seed: z.string().nullable().describe('hexadecimal; null when the run ended before it was opened'),
  warnings: z.array(z.string()),
})
export type Run = z.infer<typeof runSchema>
