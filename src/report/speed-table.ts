import { quantile } from '../stats/quantile.ts'
import { layOut } from './columns.ts'

/** One thing that was measured, in nanoseconds an operation: a figure for each block. */
export interface SpeedRow {
  readonly name: string
  readonly nsPerOperation: readonly number[]
}

/**
 * Medians over blocks with their quartiles, and each one's ratio to the first: the median of the ratios inside
 * blocks, which drift leaves alone.
 */
export function renderSpeed(rows: readonly SpeedRow[]): string[] {
  const first = rows[0]?.nsPerOperation ?? []
  const at = (row: SpeedRow, probability: number): string =>
    formatNs(quantile(row.nsPerOperation, probability))
  return layOut(
    [
      { name: 'what', heading: ['one operation'], cells: rows.map(({ name }) => name), align: 'left' },
      { name: 'median', heading: ['median', 'ns'], cells: rows.map((row) => at(row, 0.5)), align: 'right' },
      {
        name: 'spread',
        heading: ['quartiles', 'ns'],
        cells: rows.map((row) => `${at(row, 0.25)} to ${at(row, 0.75)}`),
        align: 'right',
      },
      {
        name: 'ratio',
        heading: ['ratio to', 'the first'],
        cells: rows.map(({ nsPerOperation }) =>
          quantile(
            nsPerOperation.map((ns, block) => ns / first[block]!),
            0.5,
          ).toFixed(2),
        ),
        align: 'right',
      },
    ],
    110,
  ).lines
}

/** 187, 1,234: whole nanoseconds are finer than anything that can be told apart between runs. */
function formatNs(ns: number): string {
  return Math.round(ns).toLocaleString('en')
}
