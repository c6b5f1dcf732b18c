import { z } from 'zod'
import { exchangeSchema } from './samples.ts'

/** Load generators outside this process: what a plan says of them, and what each of them writes down. */

export const workersPlanSchema = z.strictObject({
  count: z
    .int()
    .min(1)
    .describe('load generators; each has a clock of its own, and no two clocks are compared'),
  host: z.string().min(1).describe('the address of HAProxy that they send to'),
})
export type WorkersPlan = z.infer<typeof workersPlanSchema>

/**
 * records-N.jsonl: what worker N recorded, chained (chain.ts) from the hash of the share that it was told. Times are
 * integer ns since the worker's own start.
 */
export const workerLineSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('share'),
    schema: z.literal('spoe-bench/worker/1'),
    runId: z.string(),
    share: z.int().min(1),
    of: z.int().min(1),
  }),
  z.strictObject({
    type: z.literal('block'),
    place: z.int().min(1).describe('of its case in the plan'),
    block: z.int().min(0),
    exchanges: z.array(exchangeSchema),
  }),
  z.strictObject({ type: z.literal('end'), blocks: z.int() }),
])
export type WorkerLine = z.infer<typeof workerLineSchema>
