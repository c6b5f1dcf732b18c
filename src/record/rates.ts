import { z } from 'zod'
import { canonicalJson, type Json, sha256 } from './canonical.ts'
import { hostSchema } from './host.ts'

/**
 * rates.json: what requests take at rates from idle to past saturation. Counts and histograms are raw (bins of
 * src/stats/latency-histogram.ts, in ns, as bin, count, bin, count), figures ms; null: not known here, or too few
 * for a number. Until every figure was made and hashed there were codes (0 and 1) in the place of arms.
 */

const count = z.int().min(0)
const share = z.number().nullable()
const histogram = z.array(z.int())

/** What the load generator saw in one stretch. Arrivals that are neither answered nor unanswered failed. */
export const talliesSchema = z.strictObject({
  arrivals: count.describe('requests that were to start in the window'),
  answered: count.describe('of these'),
  unanswered: count.describe(
    'of these; in the latencies with what they had taken by the end; those that failed are not',
  ),
  answeredInWindow: count.describe('answers that came in the window, to whichever request'),
  windowNs: z.int(),
  failures: z.record(z.string(), count).describe('by what went wrong, warm-up included'),
  bodies: z
    .record(z.string(), count)
    .describe('answers by body, warm-up included: 50 is the score of the agent'),
  latency: histogram.describe('from the intended start'),
  service: histogram.describe(
    'from when it was sent: what a client that waits for its turn would call latency',
  ),
  lateness: histogram.describe('of starts that could be made: how late our own event loop was'),
  mostInFlight: count,
  opened: count.describe('connections'),
})
export type LoopTallies = z.infer<typeof talliesSchema>

/** Processor time used in the window, and how busy event loops were. */
export const stretchCpuSchema = z.strictObject({
  haproxyThreadMs: z.number().nullable().describe('the busiest of its threads'),
  haproxyMs: z.number().nullable().describe('all of its threads'),
  agentMs: z.number().nullable(),
  clientMs: z.number().describe('the process that sends, its clock and all'),
  stealShare: share,
  busyShare: share.optional().describe('of the machine, all of its cores; absent: by an earlier version'),
  otherShare: share.describe(
    'of the machine: what was busy and none of these; spinners that keep it awake too',
  ),
  clientUtilisation: z.number().describe('share of the window in which its event loop did not wait'),
  agentUtilisation: z.number().describe('the same of the agent, over the whole stretch'),
})
export type StretchCpu = z.infer<typeof stretchCpuSchema>

export const stretchSchema = z.strictObject({
  ...talliesSchema.shape,
  cell: z.string(),
  round: count,
  rate: z.number().describe('arrivals a second'),
  code: z.union([z.literal(0), z.literal(1)]),
  cpu: stretchCpuSchema,
  notifies: count.describe('that the agent got, warm-up included'),
  notifyBytes: count.describe('payload of the largest of these'),
})
export type Stretch = z.infer<typeof stretchSchema>

export const connectionKinds = ['keep-alive', 'new'] as const

/** A line of stretches.jsonl, its link to the line before it aside. */
export const ratesLineSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    runId: z.string(),
    planHash: z.string(),
    hostHash: z
      .string()
      .optional()
      .describe(
        'SHA-256 of the canonical JSON of host and HAProxys as rates.json has them; absent: by an earlier version',
      ),
    commitment: z.string(),
  }),
  z.strictObject({ type: z.literal('stretch'), ...stretchSchema.shape }),
  z.strictObject({ type: z.literal('freeze'), hash: z.string().describe('of the figures under codes') }),
  z.strictObject({ type: z.literal('end'), reason: z.enum(['complete', 'interrupted']), seed: z.string() }),
])
export type RatesLine = z.infer<typeof ratesLineSchema>

/** One way in which an HAProxy is asked. */
export const cellSchema = z.strictObject({
  id: z.string(),
  haproxy: z.string().describe('version'),
  connections: z.enum(connectionKinds),
  event: z.enum(['on-client-session', 'on-frontend-http-request']),
  headerBytes: count.describe('of one more request header; its headers then go to the agent as well'),
  nbthread: z.int().min(1),
  isPipelined: z.boolean().describe('whether the agent takes several messages on a connection at once'),
  maxInFlight: z.int().min(1).describe('requests under way at once'),
  capacity: z
    .number()
    .nullable()
    .describe('answers a second when asked for far more, before the plan; null: not asked'),
  rates: z.array(z.number().positive()).min(1).describe('arrivals a second, ascending'),
})
export type RatesCell = z.infer<typeof cellSchema>

export const ratesPlanSchema = z.strictObject({
  schema: z.literal('spoe-bench/rates-plan/1'),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  code: z.strictObject({ version: z.string(), hash: z.string() }),
  cells: z.array(cellSchema).min(1),
  rounds: z.int().min(1),
  seconds: z
    .number()
    .positive()
    .optional()
    .describe('that were asked for, for all cells: windows follow from them; absent: by an earlier version'),
  windowMs: z.int().min(1),
  warmUpMs: z.int().min(0),
  drainMs: z.int().min(1),
  level: z.number().gt(0.5).lt(1),
  rules: z.array(z.string()),
})
export type RatesPlan = z.infer<typeof ratesPlanSchema>

const shiftSchema = z
  .strictObject({
    estimate: z.number(),
    lower: z.number().nullable(),
    upper: z.number().nullable(),
    count: z.int().describe('rounds'),
  })
  .describe('Hodges-Lehmann over rounds, and its signed-rank interval')
export type RoundShift = z.infer<typeof shiftSchema>

export const armStepSchema = z.strictObject({
  arrivals: count,
  unanswered: count,
  failed: count.describe('warm-up included'),
  answeredPerSecond: z.number().describe('median of the rounds'),
  answeredShare: z.number().describe('answers in the window over arrivals in it, median of the rounds'),
  scored: count.optional().describe("answers with the agent's score; absent: by an earlier version"),
  unscored: count.optional().describe('answers without one'),
  medianMs: shiftSchema
    .nullable()
    .describe('of the medians of the rounds; null: in one of them half of the requests failed, or none came'),
  p99Ms: shiftSchema
    .nullable()
    .describe('of the p99 of the rounds; null below 1,000 requests a round, or where a hundredth failed'),
  pooledP99Ms: z.number().nullable().describe('of all rounds in one; null below 1,000'),
  serviceP99Ms: z.number().nullable().describe('the same, timed from when it was sent'),
  latenessP99Ms: z.number().nullable().describe('of our own starts; null: none could be made'),
  lateShare: z.number().describe('of our own starts, later than 1 ms'),
  mostInFlight: count,
  haproxyThread: share.describe('of a core'),
  agent: share,
  client: z.number(),
  clientUtilisation: z.number(),
  agentUtilisation: z.number(),
  steal: share,
  others: share.describe('of the machine'),
  machine: share.optional().describe('of the machine: what was busy, or stolen, on all of its cores'),
  saturated: z
    .enum(['machine', 'HAProxy thread', 'agent', 'client', 'core of client and agent'])
    .nullable()
    .describe('the core of client and agent: by an earlier version'),
  isTailOurs: z.boolean().describe('starts of ours were late often enough to be in a p99: none is claimed'),
  isOurs: z
    .boolean()
    .describe('the load generator may be what falls behind, here or at a lower rate: nothing is claimed'),
})
export type ArmStep = z.infer<typeof armStepSchema>

export const ratesStepSchema = z.strictObject({
  cell: z.string(),
  rate: z.number(),
  bypass: armStepSchema,
  offload: armStepSchema,
  overheadMs: shiftSchema.nullable().describe('median of offload - median of bypass, by round'),
  overheadP99Ms: shiftSchema.nullable().describe('p99 of offload - p99 of bypass, by round'),
})
export type RatesStep = z.infer<typeof ratesStepSchema>

export const kneeSchema = z.strictObject({
  cell: z.string(),
  arm: z.enum(['bypass', 'offload']),
  holdsTo: z.number().nullable().describe('the highest rate up to which every step holds'),
  overFrom: z
    .number()
    .nullable()
    .describe('the first step that does not; null: none that can be told from us'),
  endedBy: z.enum(['knee', 'client', 'steps', 'doubt']),
  saturated: armStepSchema.shape.saturated,
  words: z.string(),
})
export type Knee = z.infer<typeof kneeSchema>

export const ratesSchema = z.strictObject({
  schema: z.literal('spoe-bench/rates/1'),
  host: hostSchema.omit({ haproxy: true }),
  haproxys: z.array(z.strictObject({ version: z.string(), source: z.string(), buildHash: z.string() })),
  plan: ratesPlanSchema,
  planHash: z.string(),
  commitment: z.string(),
  attempt: z.string().nullable().describe('what was wrong with the ledger and put right'),
  attempts: z
    .strictObject({ number: z.int().min(1), aborted: count.describe('earlier ones that did not end') })
    .optional()
    .describe('at the same measurement, by the ledger; absent: by an earlier version'),
  frozen: z
    .string()
    .nullable()
    .describe('SHA-256 of the figures under codes, before the seed was written down'),
  seed: z.string().nullable(),
  outcome: z.enum(['measured', 'incomplete', 'invalid']),
  reasons: z.array(z.string()),
  steps: z.array(ratesStepSchema),
  knees: z.array(kneeSchema),
  memory: z
    .strictObject({
      peakBytes: z.int().nullable().describe('since it started'),
      rounds: z.array(z.strictObject({ requests: count.describe('so far'), bytes: z.int() })),
    })
    .describe('resident, of the process that sends'),
  stretches: z.array(stretchSchema),
})
export type RatesRecord = z.infer<typeof ratesSchema>

export function hashRatesPlan(plan: RatesPlan): string {
  return sha256(canonicalJson(plan as Json))
}

/**
 * The same for every attempt at the same measurement, of what was asked: no run, time and code, no rate that a probe found,
 * and no window, which follows from those rates.
 */
export function hashRatesDesign({
  runId: _run,
  startedAt: _at,
  code: _code,
  cells,
  windowMs,
  ...asked
}: RatesPlan): string {
  // An earlier version did not say for how long it was asked.
  const design = asked.seconds === undefined ? { ...asked, windowMs } : asked
  const cellsAsked = cells.map(({ capacity, rates, ...cell }) => ({
    ...cell,
    rates: capacity === null ? rates : rates.length,
  }))
  return sha256(canonicalJson({ ...design, cells: cellsAsked } as Json))
}

/** What the seed is bound to before the first request that counts. @param seed 256 bits */
export function commitToRates(plan: RatesPlan, seed: Uint8Array): string {
  return sha256(
    ['spoe-bench/rates/1', plan.runId, hashRatesPlan(plan), Buffer.from(seed).toString('hex')].join('\n'),
  )
}
