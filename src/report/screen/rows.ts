import type { CaseResult, Effect, LatencyResult } from '../../record/run.ts'
import { rowNotes } from '../case-table.ts'
import { type Column, type ColumnLayout, layOut } from '../columns.ts'
import { formatCell } from '../format.ts'
import { rowsInOrder } from '../matrix.ts'
import { verdictMark } from '../verdict-mark.ts'
import { marginBar, marginHeading } from './margin-bar.ts'
import type { ScreenData } from './screen-data.ts'
import { sparkline } from './sparkline.ts'

/** From this width on there is room to draw larger. */
const wideFrom = 100

/** A line per case, then a line per latency, its blocks pooled, under the same headings. */
export function layOutScreen(data: ScreenData, width: number): ColumnLayout & { readonly cases: number } {
  const { run, shapes } = data
  const cases = rowsInOrder(run)
  const rows = [...cases, ...run.latencies]
  const isWide = width >= wideFrom
  const barWidth = isWide ? 24 : 10
  const marginMs = run.latencies[0]?.marginMs ?? cases[0]?.marginMs ?? 1
  const column = (
    name: string,
    heading: readonly string[],
    cellOf: (row: CaseResult | LatencyResult) => string,
    order: Pick<Column, 'rank' | 'isExtra' | 'shortCells'> & { readonly align?: Column['align'] } = {},
  ): Column => ({ name, heading, cells: rows.map(cellOf), align: 'right', ...order })
  const columns = [
    column('verdict', ['verdict'], (row) => `${verdictMark(row).mark} ${verdictMark(row).word}`, {
      align: 'left',
      rank: 5,
      shortCells: rows.map((row) => verdictMark(row).mark),
    }),
    column('agent', ['agent', 'ms'], ({ latencyMs }) => String(latencyMs)),
    column('n', ['n'], (row) => String(isCase(row) ? row.requests : row.blocks)),
    column('overhead', ['overhead', '[interval] ms'], ({ overheadMs }) => effectCell(overheadMs), {
      align: 'left',
    }),
    column(
      'bar',
      [marginHeading(marginMs, barWidth)],
      ({ overheadMs }) => marginBar(overheadMs, marginMs, barWidth),
      {
        align: 'left',
        rank: 6,
      },
    ),
    column('shape', ['shape'], (row) => sparkline(shapeOf(row, shapes), isWide ? 16 : 8), {
      align: 'left',
      rank: 8,
    }),
    column('sees', ['sees', 'ms'], ({ overheadMs }) => formatCell(overheadMs?.minimumDetectable ?? null), {
      rank: 7,
    }),
    column("the seed's figure", ['seed', 'prints', 'ms'], (row) => seedCell(row, isWide), { rank: 9 }),
    column(
      'notes',
      [],
      (row) =>
        isCase(row)
          ? rowNotes(row)
              .map(([letter]) => letter)
              .join('')
          : '',
      {
        align: 'left',
        rank: 10,
      },
    ),
    column('bypass', ['bypass', 'mean ms'], ({ arms }) => formatCell(arms.bypass?.mean ?? null), {
      rank: 12,
      isExtra: true,
    }),
    column('offload', ['offload', 'mean ms'], ({ arms }) => formatCell(arms.offload?.mean ?? null), {
      rank: 12,
      isExtra: true,
    }),
    column('p99', ['p99', 'ms'], ({ overheadP99Ms }) => formatCell(overheadP99Ms), {
      rank: 11,
      isExtra: true,
    }),
  ]
  return { ...layOut(columns, width), cases: cases.length }
}

function isCase(row: CaseResult | LatencyResult): row is CaseResult {
  return 'requests' in row
}

function effectCell(effect: Effect | null): string {
  if (effect === null) return ''
  const { estimate, lower, upper, neededCount } = effect
  if (lower === null || upper === null) {
    return `${formatCell(estimate)} [${neededCount === null ? 'insufficient' : `needs ${neededCount}`}]`
  }
  return `${formatCell(estimate)} [${formatCell(lower)}, ${formatCell(upper)}]`
}

/** Of a latency: of all its judged cases together. */
function shapeOf(row: CaseResult | LatencyResult, shapes: ScreenData['shapes']): number[] {
  if (isCase(row)) return shapes[row.id] ?? []
  const own = row.cases.flatMap((id) => (shapes[id] === undefined ? [] : [shapes[id]]))
  return (own[0] ?? []).map((_, step) => own.reduce((sum, counts) => sum + (counts[step] ?? 0), 0))
}

function seedCell(row: CaseResult | LatencyResult, isWide: boolean): string {
  const printed = isCase(row) ? row.publishedAverageMs : null
  return printed === null ? '' : printed.toFixed(isWide ? 3 : 1)
}
