import { z } from 'zod'
import { runSchema, type Run } from '../../record/run.ts'
import { quantile } from '../../stats/quantile.ts'
import { robustDeviation } from '../../stats/spread.ts'
import { type CaseSeries, differencesMs } from '../run-series.ts'

/** All that the screen is drawn from: a run, and the shape of each case's block differences. */
export const screenSchema = z.strictObject({
  schema: z.literal('spoe-bench/screen/1'),
  run: runSchema,
  shapeFromMs: z.number().nullable().describe('overhead at the left end of every shape; null: there is none'),
  shapeToMs: z.number().nullable().describe('at the right end'),
  shapes: z
    .record(z.string(), z.array(z.int()))
    .describe(
      'by case: how many blocks lie in each of 16 equal steps; what lies beyond counts in the last ones',
    ),
})
export type ScreenData = z.infer<typeof screenSchema>

export const shapeSteps = 16

/** Robust standard deviations of all judged blocks that a shape reaches to either side of their median. */
const reach = 3

/** The shapes share one scale, so that they compare; quantiles would give half of it to the tails. */
export function screenData(run: Run, series: readonly CaseSeries[]): ScreenData {
  const differences = new Map(series.map((one) => [one.id, differencesMs(one, 'offload', 'bypass')]))
  const judged = series.filter(({ isJudged }) => isJudged).flatMap(({ id }) => differences.get(id) ?? [])
  if (judged.length === 0) {
    return { schema: 'spoe-bench/screen/1', run, shapeFromMs: null, shapeToMs: null, shapes: {} }
  }
  const [middle, deviation] = [quantile(judged, 0.5), robustDeviation(judged)]
  const [from, to] = [middle - reach * deviation, middle + reach * deviation]
  return {
    schema: 'spoe-bench/screen/1',
    run,
    shapeFromMs: from,
    shapeToMs: to,
    shapes: Object.fromEntries([...differences].map(([id, values]) => [id, countSteps(values, from, to)])),
  }
}

function countSteps(values: readonly number[], from: number, to: number): number[] {
  const counts = Array.from({ length: shapeSteps }, () => 0)
  for (const value of values) {
    const step = Math.floor(((value - from) / (to - from || 1)) * shapeSteps)
    const index = Math.min(shapeSteps - 1, Math.max(0, step))
    counts[index] = (counts[index] as number) + 1
  }
  return counts
}
