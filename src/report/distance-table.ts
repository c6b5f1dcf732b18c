import type { DistanceFigures, DistanceRecord } from '../record/distance.ts'
import { type Column, layOut } from './columns.ts'
import { formatCell, formatInterval, formatLevel } from './format.ts'
import { wrap } from './wrap.ts'

const width = 100

/** What a network between HAProxy and its agent adds, delay by delay. */
export function renderDistances(record: DistanceRecord): string {
  const { design, figures, host, kind, outcome, lateStarts } = record
  const slots = design.blocks * (2 * design.delaysMs.length + 1)
  return [
    `A network between HAProxy ${host.haproxy.version} and its agent, ${design.blocks} blocks, ${formatLevel(design.level)} intervals`,
    `Node ${host.node}, machine ${host.keepAwake.mode}; packets are kept back by ${kind === 'netem' ? "the kernel's netem" : 'a relay of ours between two TUN devices'}`,
    ...layOut(
      [
        column(['delay', 'ms each way'], figures, ({ delayMs }) => String(delayMs)),
        column(['overhead', 'ms'], figures, ({ overheadMs }) => formatCell(overheadMs.estimate)),
        column(
          ['', 'interval'],
          figures,
          ({ overheadMs }) => formatInterval(overheadMs.lower, overheadMs.upper),
          'left',
        ),
        column(['grown by', 'ms'], figures, ({ growthMs }) => formatCell(growthMs?.estimate ?? null)),
        column(['round trip', 'ms'], figures, ({ echoGrowthMs }) =>
          formatCell(echoGrowthMs?.estimate ?? null),
        ),
        column(['round trips', 'a message'], figures, ({ roundTrips }) =>
          roundTrips === null ? '' : roundTrips.estimate.toFixed(2),
        ),
        column(
          ['', 'interval'],
          figures,
          ({ roundTrips }) => (roundTrips === null ? '' : formatInterval(roundTrips.lower, roundTrips.upper)),
          'left',
        ),
      ],
      width,
    ).lines,
    '',
    ...wrap(
      'grown by: over the same way without a delay, in the same blocks. A round trip is what a request without SPOE grew by for which the same HAProxy looks a name up beside the agent, over the same way, one datagram there and one back.',
      width,
      '  ',
    ),
    `${verdicts[outcome]} What counts as one: ${1 - design.margin} to ${1 + design.margin}.`,
    ...(lateStarts <= slots * 0.02
      ? []
      : [`${lateStarts} of ${slots} requests started late: a busy machine; run again.`]),
  ].join('\n')
}

const verdicts = {
  within: 'One round trip for a message and no more, at every delay.',
  exceeds: 'Not one round trip for a message: see above.',
  inconclusive: 'Too uncertain to tell one round trip for a message from more, or from less.',
}

function column(
  heading: readonly string[],
  rows: readonly DistanceFigures[],
  cell: (row: DistanceFigures) => string,
  align: Column['align'] = 'right',
): Column {
  return { name: heading[0] ?? '', heading, cells: rows.map((row) => cell(row)), align }
}
