import { z } from 'zod'

/**
 * fixtures/baselines/<fingerprint>/<suite>.json: what runs of one code on one kind of machine found, run by run,
 * so that a later run can be held against the spread of runs. Estimates of paired overheads, in ms and in units
 * of a bypass request of the same run; never an absolute latency, never a block: blocks of different runs are not
 * to be pooled.
 */

const ms = z.number()
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

const storedEffectSchema = z.strictObject({
  estimate: ms,
  lower: ms.nullable(),
  upper: ms.nullable(),
  level: z.number().describe('of the interval inside the run, which is not the error between runs'),
})
export type StoredEffect = z.infer<typeof storedEffectSchema>

export const storedRunSchema = z.strictObject({
  runId: z.string(),
  startedAt: z.iso.datetime(),
  reason: z.string().min(1).describe('why it was added, as whoever added it wrote'),
  attempt: z.int().nullable().describe('of its design, by the ledger: gaps are runs that were left out'),
  planHash: z
    .string()
    .describe("of the run's whole plan; the part that must match stands in the fingerprint"),
  commitment: z.string(),
  fingerprint: z.record(z.string(), scalar).describe('what only warns where it differs'),
  latencies: z
    .array(
      z.strictObject({
        latencyMs: ms,
        blocks: z.int(),
        overheadMs: storedEffectSchema,
        relativeOverhead: z
          .number()
          .describe('over the median bypass of the same run: what a later run is held against'),
        placeboMs: storedEffectSchema.nullable(),
      }),
    )
    .min(1),
  calibration: z.strictObject({
    placeboMs: storedEffectSchema.describe('placebo - bypass over all blocks: what no difference looks like'),
    decoy: z
      .strictObject({ injectedMs: ms, seenMs: ms })
      .nullable()
      .describe('what a sealed difference looks like'),
    wakeMs: ms.nullable().describe('median wake-up before the cases: how awake the machine was'),
    stealShare: z.number().nullable().describe('the largest of all cases'),
  }),
})
export type StoredRun = z.infer<typeof storedRunSchema>

export const baselineSchema = z.strictObject({
  savedAt: z.iso.datetime().describe('when it was begun'),
  commit: z.string().nullable().describe('of the code; null: it was not what was checked out'),
  code: z.strictObject({ version: z.string(), hash: z.string() }).describe('one code for all its runs'),
  runs: z.array(storedRunSchema).min(1),
})
export type Baseline = z.infer<typeof baselineSchema>

export const baselineFileSchema = z.strictObject({
  schema: z.literal('spoe-bench/baseline/1'),
  suite: z.string(),
  fingerprint: z.record(z.string(), scalar).describe('what must match'),
  baselines: z.array(baselineSchema).min(1).describe('the oldest first; runs are held against the last one'),
})
export type BaselineFile = z.infer<typeof baselineFileSchema>

/** Fewer runs than this say too little about how runs spread. */
export const runsNeeded = 5

/** What runs are held against. */
export function currentBaseline({ baselines }: BaselineFile): Baseline {
  return baselines.at(-1) as Baseline
}
