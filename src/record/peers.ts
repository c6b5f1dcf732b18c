import { z } from 'zod'
import { hostSchema } from './host.ts'
import { effectSchema } from './run.ts'

/**
 * peers.json: agents beside ours on one HAProxy, raw records and the figures made of them. Latencies are
 * integer ns, processor times ms; null means "can't be had here" or "too few for a number".
 */

const ratioSchema = z
  .strictObject({
    estimate: z.number().nullable(),
    lower: z.number().nullable(),
    upper: z.number().nullable(),
    level: z.number(),
  })
  .describe('ours / the other one, paired by block or by round')
export type Ratio = z.infer<typeof ratioSchema>

export const peerAgentSchema = z.strictObject({
  name: z.string(),
  isOurs: z.boolean(),
  address: z.string(),
  command: z.string().nullable().describe('command line of its process, folders left out; null: not known'),
  processes: z.int(),
  isPinned: z.boolean().describe('on the core of the load generator for the time of the measurement'),
})
export type PeerAgent = z.infer<typeof peerAgentSchema>

/** One turn of one arm under load. */
export const loadTurnSchema = z.strictObject({
  round: z.int(),
  arm: z.string(),
  requests: z.int(),
  elapsedNs: z.int(),
  agentCpuMs: z.number().nullable(),
  haproxyCpuMs: z.number().nullable(),
  clientCpuMs: z.number().nullable().describe('of the thread that sends'),
  clientUtilisation: z.number().describe('share of the time in which its event loop did not wait'),
})
export type LoadTurn = z.infer<typeof loadTurnSchema>

const spreadSchema = z.strictObject({ median: z.number(), min: z.number(), max: z.number() })
export type Spread = z.infer<typeof spreadSchema>

export const armLoadSchema = z.strictObject({
  requestsPerSecond: spreadSchema,
  cpuUsPerRequest: spreadSchema.nullable(),
  agentShare: z.number().nullable().describe('of one core, all rounds'),
  clientShare: z.number().nullable(),
  haproxyShare: z.number().nullable(),
  clientUtilisation: z.number(),
})
export type ArmLoad = z.infer<typeof armLoadSchema>

export const agentFiguresSchema = z.strictObject({
  name: z.string(),
  addedMs: effectSchema.describe('agent - bypass, block differences'),
  addedMedianMs: z.number(),
  addedRatio: ratioSchema.nullable().describe('null for our own agent'),
  differenceMs: effectSchema.nullable().describe('ours - agent, block differences'),
  load: armLoadSchema,
  loadRatio: ratioSchema.nullable(),
  cpuRatio: ratioSchema.nullable(),
})
export type AgentFigures = z.infer<typeof agentFiguresSchema>

export const peersDesignSchema = z.strictObject({
  blocks: z.int().min(1),
  warmUpBlocks: z.int().min(0),
  intervalMs: z.number().positive(),
  jitterMs: z.number().min(0),
  rounds: z.int().min(1),
  roundMs: z.int().min(1),
  roundWarmUpMs: z.int().min(0),
  connections: z.int().min(1),
  level: z.number(),
})
export type PeersDesign = z.infer<typeof peersDesignSchema>

export const peersSchema = z.strictObject({
  schema: z.literal('spoe-bench/peers/1'),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  host: hostSchema,
  design: peersDesignSchema,
  agents: z.array(peerAgentSchema).min(1),
  bypass: z.strictObject({ medianMs: z.number(), load: armLoadSchema }),
  figures: z.array(agentFiguresSchema).min(1),
  lateStarts: z.int(),
  /** Latency of every block that counts, in the order of the blocks, by arm. */
  latenciesNs: z.record(z.string(), z.array(z.int())),
  load: z.array(loadTurnSchema),
})
export type Peers = z.infer<typeof peersSchema>
