import { z } from 'zod'
import { hostSchema } from '../record/host.ts'
import { intervalMs, type CellRecords } from './measure-cell.ts'
import { examine, type Testimony } from './examine.ts'
import { mean } from './witness.ts'

/** exporter.json: what every witness said in every cell, and what is to be held of it. Times in ms. */

const rangeSchema = z.strictObject({ lowMs: z.number(), highMs: z.number() })
const explanationSchema = z.strictObject({ rule: z.string(), predictedMs: rangeSchema })

const testimonySchema = z.strictObject({
  witness: z.string(),
  connections: z.enum(['open', 'closed']).describe("HAProxy's connections to the agent as it was read"),
  readingMs: z.number(),
  truthMs: rangeSchema,
  predictions: z
    .array(explanationSchema)
    .describe('what each fault that is known of this instrument predicts'),
  judgement: z.enum(['confirms', 'contradicts', 'cannot see']),
  explanations: z.array(explanationSchema).describe('those that predict what is refuted'),
})

export const cellResultSchema = z.strictObject({
  haproxy: z.string().describe('version'),
  sleepMs: z.number(),
  requests: z.int(),
  agentMeanMs: z.number(),
  clientMeanMs: z.number(),
  connections: z.int().describe('that HAProxy opened to the agent'),
  underWay: z.int().describe('messages without an answer when the 513th came'),
  testimonies: z.array(testimonySchema),
})
export type CellResult = z.infer<typeof cellResultSchema>

export const comparisonSchema = z.strictObject({
  schema: z.literal('spoe-bench/exporter/1'),
  runId: z.string(),
  startedAt: z.string(),
  host: hostSchema.omit({ haproxy: true }),
  haproxys: z.array(z.strictObject({ version: z.string(), source: z.string(), buildHash: z.string() })),
  intervalMs: z.number(),
  planned: z.int().describe('cells'),
  outcome: z.enum(['measured', 'unexplained', 'incomplete']),
  cells: z.array(cellResultSchema),
})
export type Comparison = z.infer<typeof comparisonSchema>

export function cellResult(haproxy: string, records: CellRecords): CellResult {
  return {
    haproxy,
    sleepMs: records.design.sleepMs,
    requests: records.design.requests,
    agentMeanMs: mean(records.agentMs),
    clientMeanMs: mean(records.clientMs),
    connections: records.lifetimesMs.length,
    underWay: records.underWay,
    testimonies: examine(records).map((testimony) => ({
      ...testimony,
      predictions: [...testimony.predictions],
      explanations: [...testimony.explanations],
    })),
  }
}

/** `unexplained`: an instrument is wrong and no known rule predicts what it says. */
export function compareCells(
  head: Pick<Comparison, 'runId' | 'startedAt' | 'host' | 'haproxys' | 'planned'>,
  cells: readonly CellResult[],
): Comparison {
  const hasUnexplained = cells.some(({ testimonies }) => testimonies.some((one) => isUnexplained(one)))
  return comparisonSchema.parse({
    schema: 'spoe-bench/exporter/1',
    ...head,
    intervalMs,
    outcome: cells.length < head.planned ? 'incomplete' : hasUnexplained ? 'unexplained' : 'measured',
    cells,
  })
}

/** Refuted by the truth, and by no prediction. */
export function isUnexplained({ judgement, explanations }: Testimony): boolean {
  return judgement === 'contradicts' && explanations.length === 0
}
