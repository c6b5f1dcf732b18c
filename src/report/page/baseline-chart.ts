import type { ChartSpec } from './chart.ts'
import { colour } from './palette.ts'

/** A latency of a run beside those of a baseline, in ms. */
export type BaselineRow = {
  readonly row: string
  readonly estimateMs: number
  readonly runsMs: readonly number[]
  readonly lowerMs: number
  readonly upperMs: number
  readonly limitMs: number
  /** For the native title. */
  readonly exact: string
}

/** Where the runs of a baseline lie, where a new one would, how far it may go, and where it is. */
export function baselineSpec(rows: readonly BaselineRow[], width: number): ChartSpec {
  const y = {
    field: 'row',
    type: 'nominal',
    sort: null,
    scale: { domain: rows.map(({ row }) => row) },
    axis: { title: null, ticks: false, domain: false },
  }
  const ends = rows.flatMap(({ lowerMs, upperMs, limitMs, estimateMs, runsMs }) => [
    lowerMs,
    upperMs,
    limitMs,
    estimateMs,
    ...runsMs,
  ])
  const x = (field: string): object => ({
    field,
    type: 'quantitative',
    scale: { domain: [Math.min(...ends), Math.max(...ends)], nice: true, zero: false },
    axis: { title: 'overhead, ms', tickCount: 6, format: '~f' },
  })
  const runs = rows.flatMap(({ row, runsMs }) =>
    runsMs.map((atMs) => ({ row, atMs, exact: `${row}: a run of the baseline, ${atMs.toFixed(3)} ms` })),
  )
  const limits = rows.map(({ row, limitMs }) => ({
    row,
    limitMs,
    exact: `${row}: the margin ends at ${limitMs.toFixed(3)} ms`,
  }))
  const exact = { field: 'exact' }
  return {
    width: width - 90,
    height: rows.length * 30,
    layer: [
      {
        data: { values: rows },
        mark: { type: 'rule', color: colour('bypass'), strokeWidth: 4 },
        encoding: { x: x('lowerMs'), x2: { field: 'upperMs' }, y, description: exact },
      },
      {
        data: { values: limits },
        mark: { type: 'tick', color: colour('ink'), thickness: 2.5, size: 20 },
        encoding: { x: x('limitMs'), y, description: exact },
      },
      {
        data: { values: runs },
        mark: { type: 'point', shape: 'cross', filled: true, opacity: 1, size: 45, color: colour('soft') },
        encoding: { x: x('atMs'), y, description: exact },
      },
      {
        data: { values: rows },
        mark: { type: 'point', filled: true, opacity: 1, size: 95, color: colour('offload') },
        encoding: { x: x('estimateMs'), y, description: exact },
      },
    ],
  }
}
