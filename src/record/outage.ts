import { z } from 'zod'
import { hostSchema } from './host.ts'
import { effectSchema } from './run.ts'

/**
 * outage.json: what became of requests while an agent failed, request by request, and the figures made of that.
 * Raw times are integer ns from the first request of a cell, figures ms.
 */

const ns = z.int()

/** One letter a request: checked by the agent, unchecked, rejected by HAProxy, or failed in another way. */
export const fateLetters = { checked: 'c', unchecked: 'u', rejected: 'r', failed: 'f' } as const
export const fateSchema = z.enum(['checked', 'unchecked', 'rejected', 'failed'])
export type Fate = z.infer<typeof fateSchema>

export const fateCountsSchema = z.strictObject({
  checked: z.int(),
  unchecked: z.int(),
  rejected: z.int(),
  failed: z.int(),
})
export type FateCounts = z.infer<typeof fateCountsSchema>

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

export const outageArmSchema = z.strictObject({
  arm: z.string(),
  timeoutMs: z.number().describe('timeout processing'),
  before: fateCountsSchema.describe('requests that ended before the outage'),
  during: fateCountsSchema.describe('that began in it, and could wait out every timeout before its end'),
  whole: fateCountsSchema.describe('all of the cell, those that met the edges included'),
  addedMs: effectSchema
    .nullable()
    .describe('of the requests of the outage without a verdict, less bypass in their block'),
  errors: z.record(z.string(), z.int()).describe('what the origin was told, during the outage, by number'),
  recoveryMs: z
    .number()
    .nullable()
    .describe('from the agent being well to the first of ten requests in a row with a verdict'),
  disagreements: z.array(z.string()).describe('with what is predicted'),
  startNs: z.array(ns),
  latencyNs: z.array(ns),
  fates: z.string().describe('a letter a request, c u r f'),
})
export type OutageArm = z.infer<typeof outageArmSchema>

export const outageCellSchema = z.strictObject({
  haproxy: z.string().describe('version'),
  outage: z.string(),
  failing: changeSchema.describe(
    'the agent was told to fail; with a check: until it was marked down, and up to 3.0 until HAProxy had given up what it tried',
  ),
  healing: changeSchema,
  bypassMedianMs: z.number(),
  bypassStartNs: z.array(ns),
  bypassLatencyNs: z.array(ns),
  predicted: predictionSchema,
  arms: z.array(outageArmSchema),
})
export type OutageCell = z.infer<typeof outageCellSchema>

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

export const outageSchema = z.strictObject({
  schema: z.literal('spoe-bench/outage/1'),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  host: hostSchema.omit({ haproxy: true }),
  haproxys: z.array(z.strictObject({ version: z.string(), source: z.string(), buildHash: z.string() })),
  design: outageDesignSchema,
  planned: z.int().describe('cells'),
  outcome: z.enum(['measured', 'unexplained', 'incomplete']),
  cells: z.array(outageCellSchema),
})
export type OutageRecord = z.infer<typeof outageSchema>
