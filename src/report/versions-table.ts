import type { Effect } from '../record/run.ts'
import type { Versions } from '../record/versions.ts'
import { type Column, layOut } from './columns.ts'
import { formatCell, formatInterval, formatLevel, formatNominal } from './format.ts'
import { wrap } from './wrap.ts'

const width = 100

/** Overhead of every HAProxy side by side, and what they differ by. */
export function renderVersions(versions: Versions): string {
  const { design, figures, contrasts, subjects } = versions
  const blocks = figures[0]?.overheadMs.count ?? 0
  const sourceOf = (name: string): string => subjects.find((one) => one.name === name)?.source ?? ''
  return [
    `Overhead by HAProxy: (offload - what the agent slept) - bypass, ${blocks} blocks a row, ${formatLevel(design.level)} intervals`,
    describeMachine(versions),
    ...layOut(
      [
        column(['agent', 'ms'], figures, ({ sleepMs }) => String(sleepMs)),
        column(['HAProxy', ''], figures, ({ subject }) => subject, 'left'),
        column(['from', ''], figures, ({ subject }) => sourceOf(subject), 'left'),
        column(['bypass', 'median ms'], figures, ({ bypassMedianMs }) => formatCell(bypassMedianMs)),
        column(['agent slept', 'mean ms'], figures, ({ sleepMeanMs }) => formatCell(sleepMeanMs)),
        ...effectColumns('overhead', figures, ({ overheadMs }) => overheadMs),
        column(['spread', 'ms'], figures, ({ overheadMs }) => formatCell(overheadMs.spread)),
      ],
      width,
    ).lines,
    ...(contrasts.length === 0 ? [] : ['', ...differenceLines(versions)]),
    '',
    ...notes(versions).flatMap((note) => wrap(note, width, '  ')),
  ].join('\n')
}

function differenceLines({ contrasts, design }: Versions): string[] {
  const count = contrasts.filter(({ sleepMs }) => sleepMs === contrasts[0]?.sleepMs).length
  const level = contrasts[0]?.differenceMs.level ?? design.level
  return [
    `Differences of overhead inside blocks, ${formatLevel(level)} intervals: the ${count} of one sleep hold together at ${formatLevel(design.level)}`,
    ...layOut(
      [
        column(['agent', 'ms'], contrasts, ({ sleepMs }) => String(sleepMs)),
        column(['HAProxys', ''], contrasts, ({ subject, reference }) => `${subject} - ${reference}`, 'left'),
        ...effectColumns('difference', contrasts, ({ differenceMs }) => differenceMs),
        column(['', ''], contrasts, ({ differenceMs }) => describeDifference(differenceMs), 'left'),
      ],
      width,
    ).lines,
  ]
}

function describeDifference({ lower, upper }: Effect): string {
  if (lower !== null && lower > 0) return 'more'
  if (upper !== null && upper < 0) return 'less'
  return 'no difference shown'
}

function notes({ repeatMs, subjects, rounds, outcome, reasons }: Versions): string[] {
  const again = subjects.find(({ repeats }) => repeats !== null)
  const hellos = rounds.reduce((sum, { timedHellos }) => sum + timedHellos, 0)
  return [
    ...(repeatMs === null || again === undefined
      ? []
      : [
          `${again.name} - ${again.repeats}, the same HAProxy twice, which must be nought: ` +
            `${formatCell(repeatMs.estimate)} ms ${formatInterval(repeatMs.lower, repeatMs.upper)}, all sleeps, ` +
            `${formatLevel(repeatMs.level)} interval.`,
        ]),
    ...(hellos === 0 ? [] : [`HAProxys opened ${hellos} connections to the agent while they were timed.`]),
    ...(outcome === 'measured' ? [] : [`${outcome}: ${reasons.join('; ')}.`]),
  ]
}

function describeMachine({ host, design }: Versions): string {
  const { mode, nodeCore, haproxyCore } = host.keepAwake
  const how =
    mode === 'as-is'
      ? 'machine as is, nothing pinned'
      : `awake, HAProxys on core ${haproxyCore}, agent and client on core ${nodeCore}`
  return `Node ${host.node}; ${how}; a request every ${formatNominal(design.intervalMs)}, ${design.rounds} boots`
}

function effectColumns<Row>(name: string, rows: readonly Row[], effect: (row: Row) => Effect): Column[] {
  return [
    column([name, 'ms'], rows, (row) => formatCell(effect(row).estimate)),
    column(
      ['interval', ''],
      rows,
      (row) => formatInterval(effect(row).lower, effect(row).upper, effect(row).neededCount),
      'left',
    ),
  ]
}

function column<Row>(
  heading: readonly string[],
  rows: readonly Row[],
  cell: (row: Row) => string,
  align: 'left' | 'right' = 'right',
): Column {
  return { name: heading[0] ?? '', heading, cells: rows.map(cell), align }
}
