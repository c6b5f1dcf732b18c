import { z } from 'zod'
import { canonicalJson, sha256 } from './canonical.ts'
import { exchangeSchema, originSchema } from './samples.ts'

/**
 * plan.json of bench:outage, what its seed is bound to, and rows.jsonl: what client and origin saw, under codes
 * (0 to 3) in the place of arms until the row was frozen. Raw times are integer ns from the run's epoch.
 */

const ns = z.int()

/** When a change began and when it was done. */
export const changeSchema = z.strictObject({ fromNs: ns, toNs: ns })
export type Change = z.infer<typeof changeSchema>

export const predictionSchema = z.strictObject({
  checked: z.enum(['none', 'half']).describe('how many the failing agent still gives a verdict on'),
  wait: z.enum(['processing timeout', 'none']).describe('how long a request without a verdict is held up'),
  error: z.int().nullable().describe('what set-on-error says; null: no error is noticed'),
  recoveryMs: z.number().describe('verdicts come again within this, after the agent is well'),
})
export type Prediction = z.infer<typeof predictionSchema>

export const outageDesignSchema = z.strictObject({
  intervalMs: z.number().positive().describe('between two requests, of whichever arm'),
  beforeMs: z.number(),
  outageMs: z.number(),
  afterMs: z.number(),
  lateMs: z.number().describe('how long the late agent takes'),
  checkIntervalMs: z.number(),
  level: z.number(),
})
export type OutageDesign = z.infer<typeof outageDesignSchema>

const outagePlanArmSchema = z.strictObject({
  arm: z.string(),
  timeoutMs: z.number().nullable().describe('timeout processing; null: past SPOE'),
})

export const outageRowSchema = z.strictObject({
  id: z.string(),
  haproxy: z.string().describe('version'),
  outage: z.string(),
  predicted: z.record(z.string(), predictionSchema).describe('by arm'),
})
export type OutageRow = z.infer<typeof outageRowSchema>

export const outagePlanSchema = z.strictObject({
  schema: z.literal('spoe-bench/outage-plan/1'),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  code: z.strictObject({ version: z.string(), hash: z.string() }),
  design: outageDesignSchema,
  arms: z.array(outagePlanArmSchema),
  rows: z.array(outageRowSchema).min(1).describe('in the order in which they are measured'),
  rules: z.array(z.string()).describe('what a run is judged by'),
})
export type OutagePlan = z.infer<typeof outagePlanSchema>

/** What client and origin saw of a row. */
export const outageRecordsSchema = z.strictObject({
  ports: z.array(z.int()).describe('by code'),
  failing: changeSchema,
  healing: changeSchema,
  exchanges: z.array(exchangeSchema).describe('in sending order; the index is the request number'),
  origin: z.array(originSchema),
})
export type OutageRecords = z.infer<typeof outageRecordsSchema>

const row = z.string().describe('its id')

/** A line of rows.jsonl, its link to the line before it aside. */
export const outageLineSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    runId: z.string(),
    planHash: z.string(),
    hostHash: z
      .string()
      .describe('SHA-256 of the canonical JSON of host and HAProxys as outage.json has them'),
    commitment: z.string(),
  }),
  z.strictObject({ type: z.literal('row'), row, ...outageRecordsSchema.shape }),
  z.strictObject({
    type: z.literal('freeze'),
    row,
    hash: z.string().describe('of its figures under codes'),
  }),
  z.strictObject({
    type: z.literal('open'),
    row,
    key: z.string().describe('that arms and order of the row follow from'),
  }),
  z.strictObject({ type: z.literal('failed'), row, message: z.string().describe('why it has no figures') }),
  z.strictObject({ type: z.literal('end'), reason: z.enum(['complete', 'interrupted']), seed: z.string() }),
])
export type OutageLine = z.infer<typeof outageLineSchema>

export function hashOutagePlan(plan: OutagePlan): string {
  return sha256(canonicalJson(plan))
}

/** The same for every attempt at the same measurement: no run, time and code. */
export function hashOutageDesign({
  runId: _run,
  startedAt: _at,
  code: _code,
  ...design
}: OutagePlan): string {
  return sha256(canonicalJson(design))
}

/** What the seed is bound to before the first request that counts. @param seed 256 bits */
export function commitToOutages(plan: OutagePlan, seed: Uint8Array): string {
  const hex = Buffer.from(seed).toString('hex')
  return sha256(['spoe-bench/outage/2', plan.runId, hashOutagePlan(plan), hex].join('\n'))
}
