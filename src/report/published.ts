import { z } from 'zod'

/**
 * fixtures/published.json: what the seed's article printed, and what it must have measured. Each row is
 * (previous + sum) / n as printed, because the running average was never reset; its true mean comes back as
 * printed - previous / n.
 */

const ms = z.number()

const publishedRowSchema = z.strictObject({
  latencyMs: ms,
  requests: z.int().min(1),
  printed: z.string().describe('as it stands in the log line'),
  printedMs: ms,
  formula: z.string().describe('printed - previous / requests'),
  trueMeanMs: ms.describe('what the formula comes to'),
  sumMs: z.int().describe('trueMeanMs x requests: a whole number, since every sample was cut to one'),
})
export type PublishedRow = z.infer<typeof publishedRowSchema>

const publishedSchema = z.strictObject({
  schema: z.literal('spoe-bench/published/1'),
  source: z.string(),
  rows: z.array(publishedRowSchema).min(1),
  csv: z.array(z.string()).describe('the lines of its plot.csv, as printed'),
  notes: z.array(
    z.strictObject({
      kind: z.enum(['artefact', 'csv-differs']),
      latencyMs: ms,
      requests: z.array(z.int()),
      text: z.string(),
    }),
  ),
})
export type Published = z.infer<typeof publishedSchema>

/** @param json the text of fixtures/published.json */
export function parsePublished(json: string): Published {
  return publishedSchema.parse(JSON.parse(json))
}

/** The row of a cell of the seed's matrix; undefined where the seed has none. */
export function findPublished(
  published: Published,
  cell: { readonly latencyMs: number; readonly requests: number },
): PublishedRow | undefined {
  return published.rows.find((row) => row.latencyMs === cell.latencyMs && row.requests === cell.requests)
}
