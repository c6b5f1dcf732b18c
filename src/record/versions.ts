import { z } from 'zod'
import { hostSchema } from './host.ts'
import { effectSchema } from './run.ts'

/**
 * versions.json: several HAProxys up at once, measured in the same blocks; raw records and the figures made of
 * them. Raw times are integer ns, figures ms.
 */

export const versionsDesignSchema = z.strictObject({
  sleepsMs: z.array(z.int().min(0)).min(1),
  rounds: z.int().min(1).describe('boots of every HAProxy at every sleep'),
  blocksPerRound: z.int().min(1),
  warmUpBlocks: z.int().min(0),
  intervalMs: z.number().positive(),
  jitterMs: z.number().min(0),
  lateShare: z.number().describe('of the requests; with more late starts the run is invalid'),
  level: z.number(),
})
export type VersionsDesign = z.infer<typeof versionsDesignSchema>

export const subjectSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  source: z.string().describe('HAPROXY_BIN, path or download'),
  buildHash: z.string(),
  nbthread: z.int(),
  repeats: z.string().nullable().describe('the same HAProxy a second time: whose differences must be nought'),
})
export type SubjectRecord = z.infer<typeof subjectSchema>

/** One HAProxy in one boot, block by block in order of time. */
export const subjectSamplesSchema = z.strictObject({
  round: z.int(),
  sleepMs: z.int(),
  subject: z.string(),
  bypassNs: z.array(z.int()),
  offloadNs: z.array(z.int()),
  sleepNs: z.array(z.int()).describe('what the agent slept'),
})
export type SubjectSamples = z.infer<typeof subjectSamplesSchema>

export const roundNotesSchema = z.strictObject({
  round: z.int(),
  sleepMs: z.int(),
  lateStarts: z.int(),
  timedHellos: z.int().describe('connections that any HAProxy opened to the agent while it was timed'),
  faults: z.array(z.string()).describe('a round with one is in no figure'),
})
export type RoundNotes = z.infer<typeof roundNotesSchema>

export const versionFiguresSchema = z.strictObject({
  sleepMs: z.int(),
  subject: z.string(),
  bypassMedianMs: z.number(),
  sleepMeanMs: z.number(),
  overheadMs: effectSchema.describe('(offload - sleep) - bypass'),
})
export type VersionFigures = z.infer<typeof versionFiguresSchema>

export const contrastSchema = z.strictObject({
  sleepMs: z.int(),
  subject: z.string(),
  reference: z.string(),
  differenceMs: effectSchema.describe('overhead of subject - overhead of reference, block by block'),
})
export type VersionContrast = z.infer<typeof contrastSchema>

export const versionsSchema = z.strictObject({
  schema: z.literal('spoe-bench/versions/1'),
  runId: z.string(),
  startedAt: z.iso.datetime(),
  host: hostSchema.omit({ haproxy: true }),
  design: versionsDesignSchema,
  subjects: z.array(subjectSchema).min(2),
  outcome: z.enum(['measured', 'invalid', 'incomplete']),
  reasons: z.array(z.string()),
  figures: z.array(versionFiguresSchema),
  contrasts: z.array(contrastSchema).describe('all of one sleep hold at once with the level of the design'),
  repeatMs: effectSchema.nullable().describe('overhead of the repeated HAProxy less its own, all sleeps'),
  rounds: z.array(roundNotesSchema),
  samples: z.array(subjectSamplesSchema),
})
export type Versions = z.infer<typeof versionsSchema>
