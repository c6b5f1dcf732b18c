import { z } from 'zod'
import { modeSchema } from '../record/plan.ts'

/**
 * fixtures/calibration/units.jsonl: comparisons on real machines whose right answer was known, to us and not
 * to the analysis. One JSON object a line, appended as they come; every figure in ms unless its name says ns.
 */

const comparisonSchema = z.strictObject({
  estimate: z.number(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  spread: z.number().describe('robust standard deviation of a block difference'),
  p: z.number().describe('two-sided, of no difference'),
})
export type Comparison = z.infer<typeof comparisonSchema>

/** On what the units below it were measured, until the next session. */
export const sessionSchema = z.strictObject({
  type: z.literal('session'),
  startedAt: z.iso.datetime(),
  haproxy: z.string(),
  node: z.string(),
  cpuModel: z.string(),
  cores: z.number(),
  kernel: z.string(),
  hypervisor: z.string(),
})

export type Session = z.infer<typeof sessionSchema>

/** One HAProxy, one case: what an offload adds, an A/A comparison, and one with a sealed extra delay. */
export const unitSchema = z.strictObject({
  type: z.literal('unit'),
  at: z.iso.datetime(),
  mode: modeSchema,
  latencyMs: z.number(),
  blocks: z.int(),
  lateStarts: z.int(),
  stealShare: z.number().nullable(),
  faults: z.array(z.string()).describe('a unit with faults counts as no answer'),
  /** Size of the delay that was sealed until the analysis was done. */
  injected: z.number(),
  /** Offload less bypass. */
  overhead: comparisonSchema.nullable(),
  /** A second offload, the same in everything, less the first. */
  twin: comparisonSchema.nullable(),
  /** A third offload, whose agent is slower by `injected`, less the first. */
  slower: comparisonSchema.nullable(),
})
export type Unit = z.infer<typeof unitSchema>

export const calibrationLineSchema = z.discriminatedUnion('type', [sessionSchema, unitSchema])
export type CalibrationLine = z.infer<typeof calibrationLineSchema>

/** fixtures/calibration/blocks.jsonl: block differences of some twins, twin less offload, in order of time. */
export const twinBlocksSchema = z.strictObject({
  at: z.iso.datetime(),
  mode: modeSchema,
  differencesNs: z.array(z.int()),
})
export type TwinBlocks = z.infer<typeof twinBlocksSchema>

/** A unit that can be counted: its case had no faults. */
export type SoundUnit = Unit & { overhead: Comparison; twin: Comparison; slower: Comparison }

export function isSound(unit: Unit): unit is SoundUnit {
  return unit.overhead !== null && unit.twin !== null && unit.slower !== null
}
