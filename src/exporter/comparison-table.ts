import { layOut, type Column } from '../report/columns.ts'
import { isUnexplained, type CellResult, type Comparison } from './comparison.ts'
import type { Testimony } from './examine.ts'
import type { Range } from './range.ts'

const width = 118
const marks = { confirms: '✓', contradicts: '✗', 'cannot see': '?' } as const

/** The reading that the question is about. */
export const questioned = 'exporter, agents, total, average'

/** table.txt of the exporter's bench. */
export function renderComparison(comparison: Comparison): string {
  const { cells, haproxys, planned, outcome } = comparison
  return [
    `Does HAProxy's exporter tell the truth? ${cells.length} of ${planned} cells, ${outcome}; times in ms`,
    `HAProxy ${haproxys.map(({ version }) => version).join(', ')}; a fresh one for every cell, ` +
      `a request every ${comparison.intervalMs} ms`,
    "The truth lies between two clocks that are not HAProxy's: the agent's own time and the client's latency.",
    '',
    `${questioned}: haproxy_backend_total_time_average_seconds of the agents' backend`,
    ...ladderTable(cells),
    '',
    ...designsOf(cells).flatMap((design) => [...witnessTable(design), '']),
    '✓ confirms   ✗ contradicts   ? cannot see: below its resolution, or a fault would read the same',
    'Connect and queue times, and every prediction, are in exporter.json.',
  ].join('\n')
}

/** `read 6 ms, predicted 5.9 to 6.1 ms from 30 samples of 100.7 to 104.1 ms` */
export function describeTestimony(cell: CellResult, testimony: Testimony): string {
  const samples = `${cell.requests} samples of ${formatRange(testimony.truthMs)} ms`
  const { explanations, judgement } = testimony
  const predicted =
    judgement === 'contradicts' && explanations.length > 0
      ? `, predicted ${predictions(testimony)} ms from ${samples}: ${rules(testimony)}`
      : `, ${judgement} ${samples}${judgement === 'contradicts' ? ': unexplained' : ''}`
  return `${marks[judgement]} ${cell.haproxy}: read ${formatReading(testimony.readingMs)} ms${predicted}`
}

/** What was refuted and no rule predicts, in words. */
export function unexplained(cell: CellResult): string[] {
  return cell.testimonies
    .filter((testimony) => isUnexplained(testimony))
    .map(
      (testimony) => `${testimony.witness} (${testimony.connections}): ${describeTestimony(cell, testimony)}`,
    )
}

export function findTestimony(
  cell: CellResult,
  witness: string,
  connections: Testimony['connections'] = 'open',
): Testimony | undefined {
  return cell.testimonies.find((one) => one.witness === witness && one.connections === connections)
}

function ladderTable(cells: readonly CellResult[]): string[] {
  const rows = cells
    .toSorted(
      (a, b) =>
        a.haproxy.localeCompare(b.haproxy, 'en', { numeric: true }) ||
        a.sleepMs - b.sleepMs ||
        a.requests - b.requests,
    )
    .flatMap((cell) => {
      const testimony = findTestimony(cell, questioned)
      return testimony === undefined ? [] : [{ cell, testimony }]
    })
  const column = (
    name: string,
    align: Column['align'],
    textOf: (row: (typeof rows)[number]) => string,
  ): Column => ({ name, heading: [name], align, cells: rows.map((row) => textOf(row)) })
  return layOut(
    [
      column('', 'left', ({ testimony: { judgement } }) => `${marks[judgement]} ${judgement}`),
      column('HAProxy', 'left', ({ cell }) => cell.haproxy),
      column('sleep', 'right', ({ cell }) => String(cell.sleepMs)),
      column('n', 'right', ({ cell }) => String(cell.requests)),
      column('truth', 'right', ({ testimony }) => formatRange(testimony.truthMs)),
      column('read', 'right', ({ testimony }) => formatReading(testimony.readingMs)),
      column('predicted', 'right', ({ testimony }) => predictions(testimony)),
      column('because it', 'left', ({ testimony }) => rules(testimony)),
    ],
    width,
  ).lines
}

/** Cells of one design side by side, a witness a row. */
function witnessTable(cells: readonly CellResult[]): string[] {
  const [first] = cells
  if (first === undefined) return []
  const rows = [
    ...new Map(
      cells
        .flatMap(({ testimonies }) => testimonies)
        .filter(({ witness }) => !/, (?:connect|queue),/.test(witness))
        .map((one) => [`${one.witness}${one.connections === 'closed' ? ' (closed)' : ''}`, one] as const),
    ),
  ]
  const columns: Column[] = cells.map((cell) => ({
    name: cell.haproxy,
    heading: [cell.haproxy],
    align: 'right',
    cells: rows.map(([, { witness, connections }]) => {
      const testimony = findTestimony(cell, witness, connections)
      return testimony === undefined
        ? 'not there'
        : `${marks[testimony.judgement]} ${formatReading(testimony.readingMs)}`
    }),
  }))
  const agents = cells.map(({ agentMeanMs }) => agentMeanMs)
  const clients = cells.map(({ clientMeanMs }) => clientMeanMs)
  const truth = formatRange({ lowMs: Math.min(...agents), highMs: Math.max(...clients) })
  return [
    `${first.requests} requests, agent sleeps ${first.sleepMs} ms: every witness; a message took ${truth} ms`,
    ...layOut(
      [
        { name: 'witness', heading: ['witness'], align: 'left', cells: rows.map(([name]) => name) },
        ...columns,
      ],
      width,
    ).lines,
  ]
}

/** The designs whose every witness is shown: one on each side of the knee for each sleep. */
function designsOf(cells: readonly CellResult[]): CellResult[][] {
  const designs = new Map<string, CellResult[]>()
  for (const cell of cells) {
    const key = `${String(cell.sleepMs).padStart(6)} ${String(cell.requests).padStart(6)}`
    designs.set(key, [...(designs.get(key) ?? []), cell])
  }
  return [...designs]
    .filter(([, [cell]]) => cell?.requests === 30 || cell?.requests === 1024)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([, list]) => list)
}

function predictions({ explanations }: Testimony): string {
  return [...new Set(explanations.map(({ predictedMs }) => formatRange(predictedMs)))].join(' or ')
}

function rules({ judgement, explanations }: Testimony): string {
  if (judgement === 'contradicts' && explanations.length === 0)
    return 'is wrong, and no known fault predicts it'
  return explanations.map(({ rule }) => rule).join(', or ')
}

function formatRange({ lowMs, highMs }: Range): string {
  const [low, high] = [lowMs.toFixed(1), highMs.toFixed(1)]
  return low === high ? low : `${low} to ${high}`
}

/** HAProxy's whole milliseconds as they are; means over a log with decimals. */
function formatReading(ms: number): string {
  return Number.isInteger(ms) ? String(ms) : ms.toFixed(2)
}
