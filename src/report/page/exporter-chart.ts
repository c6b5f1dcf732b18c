import { caseNameWithMode } from '../case-name.ts'
import { formatMs } from '../format.ts'
import type { PredictedReading } from '../exporter-standing.ts'
import type { ChartSpec } from './chart.ts'
import { colour } from './palette.ts'

/** Each case on a logarithmic axis: what a message took, and what the exporter would read. */
export function exporterSpec(predicted: readonly PredictedReading[], width: number): ChartSpec {
  const rows = predicted.map(({ result, messages, truth, readingMs }) => {
    const row = caseNameWithMode(result)
    const [took, reads] = [middle(truth), middle(readingMs)]
    return {
      row,
      took,
      reads,
      exactTook: `${row}: a message took ${formatMs(took)}`,
      exactReads: `${row}: after ${messages} messages it would read ${formatMs(reads)}`,
    }
  })
  const y = {
    field: 'row',
    type: 'nominal',
    sort: null,
    scale: { domain: rows.map(({ row }) => row) },
    axis: { title: null, ticks: false, domain: false, labelLimit: 0, labelPadding: 6 },
  }
  const ends = rows.flatMap(({ took, reads }) => [took, reads])
  const x = (field: string): object => ({
    field,
    type: 'quantitative',
    scale: { type: 'log', domain: [0.8 * Math.min(...ends), 1.3 * Math.max(...ends)] },
    axis: { title: 'ms (logarithmic)', values: [0.1, 1, 10, 100, 1000], format: '~f' },
  })
  return {
    width: width - 135,
    height: rows.length * 20,
    data: { values: rows },
    layer: [
      {
        mark: { type: 'rule', color: colour('soft'), strokeWidth: 1.5, strokeDash: [3, 3], aria: false },
        encoding: { x: x('reads'), x2: { field: 'took' }, y },
      },
      {
        mark: { type: 'point', filled: true, opacity: 1, size: 80, color: colour('bypass') },
        encoding: { x: x('took'), y, description: { field: 'exactTook' } },
      },
      {
        mark: { type: 'point', shape: 'cross', filled: true, opacity: 1, size: 80, color: colour('offload') },
        encoding: { x: x('reads'), y, description: { field: 'exactReads' } },
      },
    ],
  }
}

function middle({ lowMs, highMs }: PredictedReading['truth']): number {
  // Nought has no place on a logarithmic axis.
  return Math.max(0.01, (lowMs + highMs) / 2)
}
