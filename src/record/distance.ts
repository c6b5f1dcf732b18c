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
  connects: z.int().min(1).describe('connections to each agent that its round trip is measured by'),
  level: z.number(),
})
export type DistanceDesign = z.infer<typeof distanceDesignSchema>

export const distanceFiguresSchema = z.strictObject({
  delayMs: z.number(),
  overheadMs: effectSchema.describe('offload - bypass, by block'),
  growthMs: effectSchema.nullable().describe('offload - offload without delay, by block; null there'),
  roundTripMs: z.number().describe('median of connecting'),
  roundTripGrowthMs: effectSchema.nullable().describe('of connecting, less connecting without delay'),
  roundTrips: z
    .strictObject({ estimate: z.number(), lower: z.number().nullable(), upper: z.number().nullable() })
    .nullable()
    .describe('growth in round trips; the interval takes the worse end of both'),
})
export type DistanceFigures = z.infer<typeof distanceFiguresSchema>

export const distanceSchema = z.strictObject({
  schema: z.literal('spoe-bench/distance/1'),
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
  /** By delay, in the order of the rounds. */
  connectsNs: z.array(z.array(z.int())),
})
export type DistanceRecord = z.infer<typeof distanceSchema>
