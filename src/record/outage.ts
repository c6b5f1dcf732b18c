import { z } from 'zod'
import { hostSchema } from './host.ts'
import { changeSchema, outagePlanSchema } from './outage-plan.ts'
import { effectSchema } from './run.ts'

/**
 * outage.json: what became of requests while an agent failed, request by request, and the figures made of that.
 * Raw times are integer ns from the first request of a row, figures ms.
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
  row: z.string().describe('its id in the plan'),
  haproxy: z.string().describe('version'),
  outage: z.string(),
  failing: changeSchema.describe(
    'the agent was told to fail; with a check: until it was marked down, and up to 3.0 until HAProxy had given up what it tried',
  ),
  healing: changeSchema,
  bypassMedianMs: z.number(),
  bypassStartNs: z.array(ns),
  bypassLatencyNs: z.array(ns),
  arms: z.array(outageArmSchema),
})
export type OutageCell = z.infer<typeof outageCellSchema>

/** A row that was begun and has no figures. */
export const outageFailureSchema = z.strictObject({ row: z.string(), message: z.string() })
export type OutageFailure = z.infer<typeof outageFailureSchema>

export const outageSchema = z.strictObject({
  schema: z.literal('spoe-bench/outage/2'),
  host: hostSchema.omit({ haproxy: true }),
  haproxys: z.array(z.strictObject({ version: z.string(), source: z.string(), buildHash: z.string() })),
  plan: outagePlanSchema,
  planHash: z.string(),
  commitment: z.string(),
  attempt: z.string().nullable().describe('what was wrong with the ledger and put right'),
  attempts: z
    .strictObject({
      number: z.int().min(1),
      aborted: z.int().min(0).describe('earlier ones that did not end'),
    })
    .describe('at the same measurement, by the ledger'),
  seed: z.string().nullable().describe('null until the run has ended'),
  outcome: z.enum(['measured', 'unexplained', 'incomplete']),
  failures: z.array(outageFailureSchema),
  cells: z.array(outageCellSchema),
})
export type OutageRecord = z.infer<typeof outageSchema>
