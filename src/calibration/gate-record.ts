import { z } from 'zod'
import { modeSchema } from '../record/plan.ts'
import { outcomeSchema, verdictSchema } from '../record/run.ts'
import { sessionSchema } from './record.ts'

/**
 * fixtures/gate/gates.jsonl: whole gates on real machines whose right answer was known. One JSON object a line,
 * appended as they come; every figure in ms.
 */

const testedLatencySchema = z.strictObject({
  latencyMs: z.number(),
  blocks: z.int(),
  estimate: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  spread: z.number().nullable(),
  rounds: z.array(z.number()).describe('the estimate of each round'),
  pBlocks: z.number().nullable(),
  pRounds: z.number().nullable(),
  pAdjusted: z.number().nullable(),
  verdict: verdictSchema.nullable(),
  p99: z.number().nullable().describe('difference of the 99th percentiles'),
})

export const testedGateSchema = z.strictObject({
  type: z.literal('gate'),
  at: z.iso.datetime(),
  mode: modeSchema,
  injectedMs: z.number().min(0).describe('what the candidate spins; 0: the same agent twice'),
  durationS: z.number(),
  outcome: outcomeSchema,
  reasons: z.array(z.string()),
  latencies: z.array(testedLatencySchema),
})
export type TestedGate = z.infer<typeof testedGateSchema>

export const gateLineSchema = z.discriminatedUnion('type', [sessionSchema, testedGateSchema])
export type GateLine = z.infer<typeof gateLineSchema>
