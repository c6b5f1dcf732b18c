import type { CaseResult, Effect, Run } from '../record/run.ts'
import type { Column, ColumnLayout } from './columns.ts'
import { layOut } from './columns.ts'
import { formatCell, formatLevel } from './format.ts'
import { matrixCases, rowsInOrder } from './matrix.ts'
import { findPublished } from './published.ts'
import type { Published } from './published.ts'
import { verdictMark } from './verdict-mark.ts'

/** The case rows: what every arm took, what the agent slept, and what is left as overhead. */
export function layOutCases(run: Run, width: number): ColumnLayout {
  const rows = rowsInOrder(run)
  // Of an agent that is not ours neither is known.
  const hasSleep = run.agent === undefined
  return layOut(
    [
      {
        name: 'verdict',
        heading: ['verdict'],
        cells: rows.map((row) => `${verdictMark(row).mark} ${verdictMark(row).word}`),
        shortCells: rows.map((row) => verdictMark(row).mark),
        align: 'left',
        rank: 5,
      },
      ...(hasSleep
        ? [
            textColumn(
              'agent',
              ['agent', 'ms'],
              rows.map((row) => String(row.latencyMs)),
            ),
          ]
        : []),
      textColumn(
        'requests',
        ['n'],
        rows.map((row) => String(row.requests)),
      ),
      msColumn(
        'bypass',
        'mean',
        rows.map((row) => row.arms.bypass?.mean),
        { rank: 4 },
      ),
      msColumn(
        'offload',
        'mean',
        rows.map((row) => row.arms.offload?.mean),
        { rank: 3 },
      ),
      ...(hasSleep
        ? [
            msColumn(
              'agent',
              'slept',
              rows.map((row) => row.agentSleepMs?.mean),
              { rank: 2 },
            ),
          ]
        : []),
      {
        name: 'overhead',
        heading: ['overhead', `[${intervalName(rows)}] ms`],
        cells: rows.map((row) => effectCell(row.overheadMs)),
        align: 'left',
      },
      msColumn(
        'sees',
        '',
        rows.map((row) => row.overheadMs?.minimumDetectable),
      ),
      {
        name: 'note',
        heading: [],
        cells: rows.map((row) => rowNotes(row).join(' ')),
        shortCells: rows.map((row) =>
          rowNotes(row)
            .map(([letter]) => letter)
            .join(''),
        ),
        align: 'left',
        rank: 6,
      },
      msColumn(
        'overhead',
        'mean',
        rows.map((row) => row.overheadMs?.mean),
        { rank: 10, isExtra: true },
      ),
      msColumn(
        'overhead',
        'p99',
        rows.map((row) => row.overheadP99Ms),
        { rank: 11, isExtra: true },
      ),
      msColumn(
        'penalty',
        '',
        rows.map((row) => row.penaltyMs?.estimate),
        { rank: 12, isExtra: true },
      ),
    ],
    width,
  )
}

/** The seed's estimator and the true mean, the article's figures beside ours. */
export function layOutPublished(run: Run, published: Published, width: number): ColumnLayout {
  const rows = matrixCases(run).map((row) => ({ row, article: findPublished(published, row) }))
  return layOut(
    [
      textColumn(
        'agent',
        ['agent', 'ms'],
        rows.map(({ row }) => String(row.latencyMs)),
      ),
      textColumn(
        'requests',
        ['n'],
        rows.map(({ row }) => String(row.requests)),
      ),
      msColumn(
        "seed's est.",
        'article',
        rows.map(({ article }) => article?.printedMs),
      ),
      msColumn(
        "seed's est.",
        'here',
        rows.map(({ row }) => row.publishedAverageMs),
      ),
      msColumn(
        'true mean',
        'article',
        rows.map(({ article }) => article?.trueMeanMs),
      ),
      msColumn(
        'true mean',
        'here',
        rows.map(({ row }) => row.arms.offload?.mean),
      ),
    ],
    width,
  )
}

function textColumn(name: string, heading: readonly string[], cells: readonly string[]): Column {
  return { name, heading, cells, align: 'right' }
}

function msColumn(
  what: string,
  detail: string,
  values: readonly (number | null | undefined)[],
  order: Pick<Column, 'rank' | 'isExtra'> = {},
): Column {
  const heading = [what, detail, 'ms'].filter((text) => text !== '')
  const name = `${what} ${detail}`.trimEnd()
  return { name, heading, cells: values.map((value) => formatCell(value ?? null)), align: 'right', ...order }
}

function intervalName(rows: readonly CaseResult[]): string {
  const names = new Set(
    rows.flatMap(({ overheadMs }) =>
      overheadMs === null ? [] : [`${formatLevel(overheadMs.level)} interval`],
    ),
  )
  return names.size === 1 ? [...names].join('') : 'interval'
}

function effectCell(effect: Effect | null): string {
  if (effect === null) return ''
  const interval =
    effect.lower === null || effect.upper === null
      ? effect.neededCount === null
        ? 'insufficient'
        : `needs ${effect.neededCount}`
      : `${formatCell(effect.lower)}, ${formatCell(effect.upper)}`
  return `${formatCell(effect.estimate)} [${interval}]`
}

export type RowNote = 'faults' | 'tail' | 'blocked'

/** What a row must not be read without, a word each; where it gets tight their first letters stay. */
export function rowNotes({ faults, overheadMs }: CaseResult): RowNote[] {
  if (faults.length > 0) return ['faults']
  if (overheadMs === null) return []
  return [
    ...(overheadMs.hasTail ? (['tail'] as const) : []),
    ...(overheadMs.blocking > 1 ? (['blocked'] as const) : []),
  ]
}
