import { errorVariable, rejectedStatus } from '../haproxy/policies.ts'
import { variablePrefix } from '../haproxy/spoe-names.ts'
import type { OutageArm, OutageCell, OutageRecord } from '../record/outage.ts'
import { attemptPhrase } from '../report/attempt-phrase.ts'
import { type Column, layOut } from '../report/columns.ts'
import { formatLevel, formatNominal } from '../report/format.ts'
import { wrap } from '../report/wrap.ts'
import { disagreementsOf } from './open-row.ts'
import { outages } from './outages.ts'

const width = 120

/** table.txt: a row for every outage on every release, as it is and with the hole closed. */
export function renderOutages(record: OutageRecord): string {
  const { cells, haproxys, plan, outcome, attempt, attempts, failures } = record
  const rows = inOrder(record)
  return [
    `When the agent fails: ${cells.length} of ${plan.rows.length} rows, ${outcome}`,
    `HAProxy ${haproxys.map(({ version }) => version).join(', ')}; a fresh one and a fresh agent for every row, ` +
      `an outage of ${formatNominal(plan.design.outageMs)}`,
    attemptPhrase(attempts),
    ...(attempt === null ? [] : [attempt]),
    ...layOut(columnsOf(rows), width).lines,
    '',
    ...legend(record).flatMap((line) => wrap(line, width, '  ')),
    ...rows.flatMap((cell) =>
      disagreementsOf(cell).flatMap((sentence) => wrap(`✗ ${cell.row}, ${sentence}`, width, '  ')),
    ),
    ...failures.flatMap(({ row, message }) => wrap(`! ${row}: no figures: ${message}`, width, '  ')),
  ].join('\n')
}

/** table.md: the rows alone, for a document. */
export function renderOutagesMarkdown(record: OutageRecord): string {
  const rows = inOrder(record)
  const columns = columnsOf(rows)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(({ name }) => name)),
    line(columns.map(({ align }) => (align === 'left' ? '---' : '---:'))),
    ...rows.map((_, row) => line(columns.map(({ cells }) => cells[row] ?? ''))),
  ].join('\n')
}

function inOrder({ cells }: OutageRecord): OutageCell[] {
  return cells.toSorted(
    (a, b) => orderOf(a) - orderOf(b) || a.haproxy.localeCompare(b.haproxy, 'en', { numeric: true }),
  )
}

function columnsOf(rows: readonly OutageCell[]): Column[] {
  return [...headColumns(rows), ...armColumns(rows)]
}

/** One line for progress: what an operator would see as it is. */
export function describeOutage(cell: OutageCell): string {
  const [pass] = cell.arms
  const { unchecked, checked, rejected, failed } = pass!.during
  const wrong = disagreementsOf(cell)
  return (
    `${wrong.length === 0 ? '✓' : '✗'} ${cell.haproxy}, ${cell.outage}: ${unchecked} of ` +
    `${unchecked + checked + rejected + failed} requests passed unchecked, ${added(pass!)} ms later` +
    (wrong.length === 0 ? '' : `; ${wrong.join('; ')}`)
  )
}

function headColumns(rows: readonly OutageCell[]): Column[] {
  return [
    column('', ['', '', ''], rows, (cell) => (disagreementsOf(cell).length === 0 ? '✓' : '✗'), 'left'),
    column('agent', ['', '', 'agent'], rows, ({ outage }) => outage, 'left'),
    column('HAProxy', ['', '', 'HAProxy'], rows, ({ haproxy }) => haproxy, 'left'),
    column(
      'err',
      ['', '', errorVariable],
      rows,
      ({ arms }) => Object.keys(arms[0]?.errors ?? {}).join(',') || '-',
    ),
  ]
}

/** What an arm is called over its columns, and in a document. */
const armNames = [
  ['as is', 'as it is'],
  ['on error', 'deny on error'],
  ['verdict', 'deny without verdict'],
] as const

function armColumns(rows: readonly OutageCell[]): Column[] {
  return armNames.flatMap(([short, long], index) => {
    const isOpen = index === 0
    const of = (cell: OutageCell): OutageArm => cell.arms[index] as OutageArm
    const count = (fate: 'rejected' | 'unchecked'): Column =>
      column(fate, ['', fate.slice(0, -5), fate.slice(-5)], rows, (cell) => String(of(cell).during[fate]))
    return [
      column(`${long}: added ms`, [short, 'added', 'ms'], rows, (cell) => added(of(cell))),
      isOpen
        ? column('[95 %]', ['', '', '[95 %]'], rows, (cell) => interval(of(cell)), 'left')
        : count('rejected'),
      count('unchecked'),
      ...(isOpen ? [column('of', ['', '', 'of'], rows, (cell) => String(totalOf(of(cell))))] : []),
      column('back ms', ['', 'back', 'ms'], rows, (cell) => of(cell).recoveryMs?.toFixed(0) ?? 'never'),
    ]
  })
}

function legend({ cells, plan: { design } }: OutageRecord): string[] {
  const [pass, closed] = cells[0]?.arms ?? []
  if (pass === undefined || closed === undefined) return []
  const variable = `txn.${variablePrefix}.${errorVariable}`
  return [
    `as is: timeout processing ${formatNominal(pass.timeoutMs)}, no rule. The other two: timeout processing ` +
      `${formatNominal(closed.timeoutMs)}, and`,
    `on error: option set-on-error ${errorVariable}; http-request deny deny_status ${rejectedStatus} if ` +
      `{ var(${variable}) -m found }`,
    `verdict: http-request deny deny_status ${rejectedStatus} if !{ var(txn.${variablePrefix}.proof) -m found }, ` +
      `a variable that the agent sets with every answer`,
    `added: latency of the requests without a verdict less bypass in the same block, ${formatLevel(design.level)} interval. ` +
      `${errorVariable}: what set-on-error said. back: from the agent being well to the first of ten verdicts in a row.`,
    ...outages
      .filter(({ name }) => cells.some(({ outage }) => outage === name))
      .map(({ name, words }) => `${name}: ${words}`),
    '✓ as predicted   ✗ not',
  ]
}

function added({ addedMs }: OutageArm): string {
  return addedMs === null ? '-' : addedMs.estimate.toFixed(1)
}

function interval({ addedMs }: OutageArm): string {
  if (addedMs === null || addedMs.lower === null || addedMs.upper === null) return '-'
  return `[${addedMs.lower.toFixed(1)}, ${addedMs.upper.toFixed(1)}]`
}

function totalOf({ during }: OutageArm): number {
  return during.checked + during.unchecked + during.rejected + during.failed
}

function orderOf({ outage }: OutageCell): number {
  return outages.findIndex(({ name }) => name === outage)
}

function column(
  name: string,
  heading: readonly string[],
  rows: readonly OutageCell[],
  cell: (row: OutageCell) => string,
  align: Column['align'] = 'right',
): Column {
  return { name, heading, cells: rows.map((row) => cell(row)), align }
}
