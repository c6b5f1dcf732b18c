import { z } from 'zod'

/**
 * samples.jsonl: everything that was recorded, raw, one JSON object a line, each with the hash of the line
 * before it (chain.ts; the first one with that of the run's line in the ledger), in the order in which it
 * happened. Times are integer ns since the run's epoch. It speaks of ports, never of arms: which port was
 * which arm follows from a case's key, and that is written only after the case was frozen.
 */

const ns = z.int()

/** One request as the load generator saw it. */
export const exchangeSchema = z.tuple([
  z.int().describe('frontend port'),
  z.int().describe('source port, 0 if it never connected'),
  ns.describe('intended start'),
  ns.describe('start: just before connect()'),
  ns.describe('end: last byte of the response header'),
  z.string().nullable().describe('fault, null if the response was the expected one'),
  z.string().optional().describe('proof of work, where the response brings one'),
])
export type Exchange = z.infer<typeof exchangeSchema>

/** One NOTIFY as the agent saw it. */
export const notifySchema = z.tuple([
  z.int().describe('frontend port (dst_port)'),
  z.int().describe('source port (src_port)'),
  ns.describe('received'),
  ns.describe('sleep start'),
  ns.describe('sleep end'),
])
export type NotifyRecord = z.infer<typeof notifySchema>

/** One HELLO as the agent saw it. */
export const helloSchema = z.tuple([ns.describe('received'), z.boolean().describe('health check')])
export type HelloRecord = z.infer<typeof helloSchema>

/** One request as the origin saw it. */
export const originSchema = z.tuple([
  z.int().describe('request number'),
  ns.describe('received; of an origin elsewhere (plan.origin) by its own clock'),
  z.string().describe('proof of work'),
])
export type OriginRecord = z.infer<typeof originSchema>

const caseId = z.string()

export const sampleLineSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    runId: z.string(),
    planHash: z.string(),
    hostHash: z.string().describe('SHA-256 of the canonical JSON of host.json'),
    commitment: z.string(),
  }),
  z.strictObject({
    type: z.literal('case'),
    case: caseId,
    ports: z.array(z.int()),
    mode: z.enum(['awake', 'as-is']),
  }),
  z.strictObject({
    type: z.literal('block'),
    case: caseId,
    block: z.int().min(0).describe('in the order of sending; the first ones are warm-up'),
    exchanges: z.array(exchangeSchema),
  }),
  z.strictObject({
    type: z.literal('agent'),
    case: caseId,
    hellos: z.array(helloSchema),
    notifies: z.array(notifySchema),
    errors: z.array(z.string()),
  }),
  z.strictObject({ type: z.literal('origin'), case: caseId, requests: z.array(originSchema) }),
  z.strictObject({
    type: z.literal('health'),
    case: caseId,
    stealShare: z.number().nullable(),
    roundTripMs: z.number().nullable().describe('timer probe, median, before HAProxy was booted'),
    bootMs: z.number(),
  }),
  z.strictObject({
    type: z.literal('freeze'),
    case: caseId,
    hash: z.string().describe('of the blinded analysis, before the codes are opened'),
  }),
  z.strictObject({ type: z.literal('open'), case: caseId, key: z.string() }),
  z.strictObject({ type: z.literal('end'), reason: z.enum(['complete', 'interrupted']), seed: z.string() }),
])
export type SampleLine = z.infer<typeof sampleLineSchema>
