import type { ArmStep, RatesCell, RatesRecord, RatesStep, RoundShift } from '../record/rates.ts'
import { type Column, layOut } from '../report/columns.ts'
import { formatCell, formatInterval, formatLevel } from '../report/format.ts'
import { attemptPhrase } from '../report/attempt-phrase.ts'
import { wrap } from '../report/wrap.ts'
import { p99MinimumCount } from '../stats/quantile.ts'
import { type RatesArm, ratesArms } from './boot-cell.ts'
import { percent } from './knee.ts'

const width = 118

/** A table for each cell, a row for each rate, and what it comes to. */
export function renderRates(record: RatesRecord): string {
  const { plan, knees, memory, outcome, reasons } = record
  return [
    `Latency under load: Poisson arrivals, timed from the intended start, ${plan.rounds === 1 ? 'one round' : `${plan.rounds} rounds`}, ${formatLevel(plan.level)} intervals over rounds`,
    describeMachine(record),
    ...attemptLines(record).flatMap((line) => wrap(line, width, '  ')),
    ...plan.cells.flatMap((cell) => ['', ...cellLines(record, cell)]),
    '',
    ...knees.flatMap(({ words }) => wrap(`${words}.`, width, '  ')),
    '',
    ...legend(record).flatMap((line) => wrap(line, width, '  ')),
    ...wrap(describeMemory(memory), width, '  '),
    ...(outcome === 'measured' ? [] : wrap(`${outcome}: ${reasons.slice(0, 3).join('; ')}.`, width, '  ')),
  ].join('\n')
}

/** That it does not grow with the number of requests is read from its ends. */
function describeMemory({ rounds, peakBytes }: RatesRecord['memory']): string {
  const [first, last] = [rounds[0], rounds.at(-1)]
  if (first === undefined || last === undefined) return ''
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`
  return (
    `Memory of the process that sends: ${megabytes(first.bytes)} after ${first.requests} requests, ` +
    `${megabytes(last.bytes)} after ${last.requests}${peakBytes === null ? '' : `, ${megabytes(peakBytes)} at its most`}.`
  )
}

function cellLines({ plan, steps }: RatesRecord, cell: RatesCell): string[] {
  const rows = steps.filter((step) => step.cell === cell.id)
  const capacity =
    cell.capacity === null ? '' : `; ${Math.round(cell.capacity)} answers/s when asked for more`
  if (rows.length === 0) return [`${cell.id}${capacity}: no step has all its rounds`]
  return [
    `${cell.id}${capacity}`,
    ...layOut(
      [
        column(['arrivals', '/s'], rows, ({ rate }) => String(rate)),
        ...latencyColumns('bypass', rows, plan.rounds),
        ...latencyColumns('offload', rows, plan.rounds),
        column(['overhead', 'ms'], rows, (step) =>
          unless(isOurs(step), formatCell(step.overheadMs?.estimate ?? null)),
        ),
        column(['', 'interval'], rows, (step) => unless(isOurs(step), interval(step.overheadMs)), 'left'),
        column(['of p99', 'ms'], rows, (step) =>
          unless(isTailOurs(step), formatCell(step.overheadP99Ms?.estimate ?? null)),
        ),
      ],
      width,
    ).lines,
    '',
    ...layOut(
      [
        column(['arrivals', '/s'], rows, ({ rate }) => String(rate)),
        ...ratesArms.flatMap((arm) => [
          column([arm, 'answers'], rows, (step) => percent(step[arm].answeredShare)),
          column(['', 'HAProxy'], rows, (step) => percent(step[arm].haproxyThread)),
          ...(arm === 'bypass' ? [] : [column(['', 'agent'], rows, (step) => percent(step[arm].agent))]),
          column(['', 'client'], rows, (step) => percent(step[arm].client)),
          column(['late', 'share'], rows, (step) => `${(step[arm].lateShare * 100).toFixed(1)} %`),
          column(['', 'p99 ms'], rows, (step) => formatCell(step[arm].latenessP99Ms)),
        ]),
        column(['machine', ''], rows, ({ bypass, offload }) =>
          percent(mostOf([bypass.machine, offload.machine])),
        ),
        column(['full', ''], rows, describeFull, 'left'),
      ],
      width,
    ).lines,
    ...failureLines(rows),
  ]
}

/** Rates at which a request failed, or passed the agent by: what is not there is not in the latencies either. */
function failureLines(rows: readonly RatesStep[]): string[] {
  const some = rows.filter(
    ({ bypass, offload }) => bypass.failed > 0 || offload.failed > 0 || (offload.unscored ?? 0) > 0,
  )
  if (some.length === 0) return []
  return [
    '',
    ...layOut(
      [
        column(['arrivals', '/s'], some, ({ rate }) => String(rate)),
        ...ratesArms.map((arm) => column([arm, 'failed'], some, (step) => String(step[arm].failed))),
        column(['', 'unscored'], some, ({ offload }) => String(offload.unscored ?? '?')),
      ],
      width,
    ).lines,
  ]
}

function latencyColumns(arm: RatesArm, rows: readonly RatesStep[], rounds: number): Column[] {
  const own = (step: RatesStep): ArmStep => step[arm]
  return [
    column([arm, 'median'], rows, (step) =>
      unless(
        own(step).isOurs,
        own(step).medianMs === null ? 'none' : formatCell(own(step).medianMs?.estimate ?? null),
      ),
    ),
    column(['', 'p99'], rows, (step) => unless(isOneTailOurs(own(step)), tail(own(step), rounds))),
    column(
      ['', 'interval'],
      rows,
      (step) => unless(isOneTailOurs(own(step)), interval(own(step).p99Ms)),
      'left',
    ),
  ]
}

function describeFull({ bypass, offload }: RatesStep): string {
  // Of HAProxy no more is shown than its busiest thread.
  const names = [bypass.saturated, offload.saturated].map((name) => name?.replace(/ thread$/, '') ?? null)
  if (names.every((name) => name === null)) return ''
  return names[0] === names[1] ? (names[0] ?? '') : names.map((name) => name ?? '-').join(' / ')
}

/** The fuller of both; null where one is not known. */
function mostOf(shares: readonly (number | null | undefined)[]): number | null {
  const known = shares.filter((share) => typeof share === 'number')
  return known.length === shares.length ? Math.max(...known) : null
}

/** In words where a round has no p99. */
function tail({ p99Ms, failed, arrivals }: ArmStep, rounds: number): string {
  if (p99Ms !== null) return formatCell(p99Ms.estimate)
  return failed > 0 && arrivals >= p99MinimumCount * rounds ? 'none' : 'few'
}

function interval(shift: RoundShift | null): string {
  return shift === null ? '' : formatInterval(shift.lower, shift.upper)
}

/** Where our own generator may be what is measured, there is no number. */
function unless(isOursThere: boolean, text: string): string {
  return isOursThere ? 'ours' : text
}

function isOurs({ bypass, offload }: RatesStep): boolean {
  return bypass.isOurs || offload.isOurs
}

function isOneTailOurs(step: ArmStep): boolean {
  return step.isOurs || step.isTailOurs
}

function isTailOurs({ bypass, offload }: RatesStep): boolean {
  return isOneTailOurs(bypass) || isOneTailOurs(offload)
}

function legend({ plan }: RatesRecord): string[] {
  return [
    'Median, p99, overhead (medians, offload - bypass) in ms. answers: those in the window over the arrivals in it. HAProxy: its busiest thread; agent, client: their processes, all of a core. machine: all cores, of the arm that it was fuller with. ?: not known. late: our own starts, later than 1 ms, and their p99; where as many requests are under way as may be, the next one waits for HAProxy, and none is late.',
    `ours: our own generator was late or full, or the whole machine was, here or at a lower rate, so nothing is claimed. Past saturation a line grows for as long as it is loaded: its latencies are those of windows of ${plan.windowMs} ms.`,
    'failed, unscored: requests without an answer of HAProxy, and answers without the score of the agent, warm-up included. What failed counts as slower than everything else; none: so many failed in a round that there is no such figure. few: below 1,000 requests in a round.',
    'HAProxy answers by itself, so that no origin shares a core with what is measured.',
  ]
}

function attemptLines({ attempt, attempts }: RatesRecord): string[] {
  return [
    ...(attempts === undefined ? [] : [attemptPhrase(attempts)]),
    ...(attempt === null ? [] : [attempt]),
  ]
}

function describeMachine({ host }: RatesRecord): string {
  const { mode, nodeCore, haproxyCore } = host.keepAwake
  const how =
    mode === 'as-is'
      ? 'machine as is, nothing pinned'
      : `awake, HAProxy on core ${haproxyCore}, agent and client on core ${nodeCore}`
  return `Node ${host.node}; ${how}`
}

function column<Row>(
  heading: readonly string[],
  rows: readonly Row[],
  cell: (row: Row) => string,
  align: Column['align'] = 'right',
): Column {
  return { name: heading[0] ?? '', heading, cells: rows.map((row) => cell(row)), align }
}
