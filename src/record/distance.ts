import { z } from 'zod'
import { hostSchema } from './host.ts'
import { effectSchema } from './run.ts'

/**
 * distance.json: what a network between HAProxy and its agent adds. Raw times are integer ns, figures ms; null: too
 * few for a number.
 */

export const distanceDesignSchema = z.strictObject({
  /** The first is nought: the same way without a delay, which the others are compared with. */
  delaysMs: z.array(z.number().min(0)).min(2).describe('of every packet, each way'),
  blocks: z.int().min(1),
  warmUpBlocks: z.int().min(0),
  intervalMs: z.number().positive(),
  jitterMs: z.number().min(0),
  level: z.number().describe('of every interval; either end is a one-sided bound at (1 + level) / 2'),
  margin: z.number().positive().describe('of a round trip, either way: what counts as one'),
})
export type DistanceDesign = z.infer<typeof distanceDesignSchema>

export const distanceFiguresSchema = z.strictObject({
  delayMs: z.number(),
  overheadMs: effectSchema.describe('offload - bypass, by block'),
  growthMs: effectSchema.nullable().describe('offload - offload without delay, by block; null there'),
  echoMs: effectSchema.describe('a request that looks a name up beside the agent - bypass, by block'),
  echoGrowthMs: effectSchema.nullable().describe('echo - echo without delay, by block: a round trip'),
  roundTrips: z
    .strictObject({ estimate: z.number(), lower: z.number().nullable(), upper: z.number().nullable() })
    .nullable()
    .describe('growth of the overhead / growth of the echo; null where that can not be told from nought'),
})
export type DistanceFigures = z.infer<typeof distanceFiguresSchema>

export const distanceSchema = z.strictObject({
  schema: z.literal('spoe-bench/distance/2'),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  host: hostSchema,
  design: distanceDesignSchema,
  kind: z.enum(['netem', 'relay']).describe('what keeps packets back: the kernel, or a relay of ours'),
  outcome: z
    .enum(['within', 'exceeds', 'inconclusive'])
    .describe('one round trip for a message, and no more'),
  figures: z.array(distanceFiguresSchema),
  lateStarts: z.int(),
  /** By arm, in the order of the blocks. */
  latenciesNs: z.record(z.string(), z.array(z.int())),
})
export type DistanceRecord = z.infer<typeof distanceSchema>
