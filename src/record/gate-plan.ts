import { z } from 'zod'
import { askedSchema } from './asked.ts'

/** What a gate compares, as plan.json has it. No path of this machine: records get published. */

export const sideNames = ['base', 'candidate'] as const
export type SideName = (typeof sideNames)[number]

export const gateSideSchema = z.strictObject({
  kind: z.enum(['ref', 'directory', 'command', 'address']),
  name: z.string().describe('as it was asked for, folders left out'),
  commit: z.string().nullable().describe('that was run; null: none, or not known'),
  isChanged: z.boolean().describe('files differ from that commit'),
  command: z.string().nullable().describe('folders left out; null: it ran already'),
})
export type GateSide = z.infer<typeof gateSideSchema>

export const gatePlanSchema = z.strictObject({
  base: gateSideSchema,
  candidate: gateSideSchema,
  /** false: the agents take their own time, whatever that is, and are measured at that alone. */
  hasDelay: z.boolean(),
  /** The user's files, the same for both sides. Absent: the article's message, proven by its score. */
  asked: askedSchema.optional(),
  /** An upper bound below this passes; the plan's `marginMs` is what a lower bound must exceed to be a regression. */
  withinMs: z.number().positive(),
  /** "Any latency regressed" may be false so often, whatever the number of latencies. */
  anyLevel: z.number().gt(0).lt(0.5),
})
export type GatePlan = z.infer<typeof gatePlanSchema>
