import type { AgentFigures, ArmLoad, Peers, Ratio } from '../record/peers.ts'
import { type Column, layOut } from './columns.ts'
import { formatCell, formatInterval, formatLevel } from './format.ts'
import { wrap } from './wrap.ts'

const width = 120

/** Agents side by side, as a text of at most 120 columns. Every ratio is ours / the other one. */
export function renderPeers(peers: Peers): string {
  const { host, design, figures, agents } = peers
  const level = formatLevel(design.level)
  return [
    `Agents beside ours: HAProxy ${host.haproxy.version}, Node ${host.node}, ${describeMachine(peers)}`,
    ...agents.flatMap(({ name, address, command }) =>
      wrap(`${name}: ${address}, ${command ?? 'process not known'}`, width, '  '),
    ),
    '',
    `Latency added at delay 0 by ${design.blocks} blocks: agent - bypass (${formatCell(peers.bypass.medianMs)} ms)`,
    ...layOut(
      [
        column('agent', [''], figures, ({ name }) => name, 'left'),
        column('shift', ['shift', 'ms'], figures, ({ addedMs }) => formatCell(addedMs.estimate)),
        column('interval', [`[${level} interval]`, ''], figures, ({ addedMs }) =>
          formatInterval(addedMs.lower, addedMs.upper),
        ),
        column('median', ['median', 'ms'], figures, ({ addedMedianMs }) => formatCell(addedMedianMs)),
        column('ratio', ['ours / it', ''], figures, ({ addedRatio }) => formatRatio(addedRatio)),
        column('difference', ['ours - it', 'ms'], figures, ({ differenceMs }) =>
          differenceMs === null
            ? ''
            : `${formatCell(differenceMs.estimate)} ${formatInterval(differenceMs.lower, differenceMs.upper)}`,
        ),
      ],
      width,
    ).lines,
    '',
    `Load: ${design.connections} keep-alive connections, ${design.rounds} rounds of ${design.roundMs} ms each; median and range of the rounds`,
    ...layOut(loadColumns(peers), width).lines,
    '',
    ...notes(peers).flatMap((note) => wrap(note, width, '  ')),
  ].join('\n')
}

interface LoadRow {
  readonly name: string
  readonly load: ArmLoad
  readonly figures?: AgentFigures
}

function loadColumns({ bypass, figures }: Peers): Column[] {
  const rows: LoadRow[] = [
    { name: 'bypass', load: bypass.load },
    ...figures.map((each) => ({ name: each.name, load: each.load, figures: each })),
  ]
  return [
    column('agent', [''], rows, ({ name }) => name, 'left'),
    column('rate', ['requests/s', ''], rows, ({ load }) => load.requestsPerSecond.median.toFixed(0)),
    column(
      'range',
      ['range', ''],
      rows,
      ({
        load: {
          requestsPerSecond: { min, max },
        },
      }) => `${min.toFixed(0)}-${max.toFixed(0)}`,
    ),
    column('rate ratio', ['ours / it', ''], rows, (row) => formatRatio(row.figures?.loadRatio ?? null)),
    column('cpu', ['CPU/request', 'us'], rows, ({ load, figures: agent }) =>
      agent === undefined ? '' : (load.cpuUsPerRequest?.median.toFixed(1) ?? 'not known'),
    ),
    column('cpu ratio', ['ours / it', ''], rows, (row) => formatRatio(row.figures?.cpuRatio ?? null)),
    column('agent share', ['share of', 'agent'], rows, ({ load }) => formatShare(load.agentShare)),
    column('client share', ['a core:', 'client'], rows, ({ load }) => formatShare(load.clientShare)),
    column('HAProxy share', ['', 'HAProxy'], rows, ({ load }) => formatShare(load.haproxyShare)),
    {
      ...column('client loop', ['client', 'loop'], rows, ({ load }) => formatShare(load.clientUtilisation)),
      rank: 1,
    },
  ]
}

/** More than this of a core and it is what holds the others up. */
const saturated = 0.95

function notes({ bypass, figures, agents, design, lateStarts }: Peers): string[] {
  const unknown = agents.filter(({ processes }) => processes === 0).map(({ name }) => name)
  const slots = design.blocks * (agents.length + 1)
  const bound = [{ name: 'bypass', load: bypass.load }, ...figures].filter(
    ({ load }) => (load.clientShare ?? 0) > saturated,
  )
  return [
    'ours / it: below 1 ours adds less latency or takes less processor time, above 1 ours serves more.',
    ...(unknown.length === 0
      ? []
      : [
          `No process found for ${unknown.join(', ')}: its CPU is not known and it was not pinned; name it: --peer name=host:port,pid.`,
        ]),
    ...(bound.length === 0
      ? []
      : [
          `The client was the bottleneck for ${bound.map(({ name }) => name).join(', ')}: those could serve more.`,
        ]),
    ...(lateStarts <= slots * 0.02
      ? []
      : [`${lateStarts} of ${slots} requests started late: a busy machine; run again.`]),
  ]
}

function describeMachine({ host, agents }: Peers): string {
  const { mode, nodeCore, haproxyCore } = host.keepAwake
  if (mode === 'as-is') return 'machine as is, nothing pinned'
  const pinned = agents.every(({ isPinned }) => isPinned) ? 'agents and client' : 'client and known agents'
  return `awake, HAProxy on core ${haproxyCore}, ${pinned} on core ${nodeCore}`
}

/** `0.962 [0.941, 0.983]` */
function formatRatio(ratio: Ratio | null): string {
  if (ratio === null) return ''
  if (ratio.estimate === null) return 'not known'
  return `${ratio.estimate.toFixed(3)} ${formatInterval(ratio.lower, ratio.upper)}`
}

function formatShare(share: number | null): string {
  return share === null ? '' : `${(100 * share).toFixed(0)} %`
}

function column<Row>(
  name: string,
  heading: readonly string[],
  rows: readonly Row[],
  cell: (row: Row) => string,
  align: 'left' | 'right' = 'right',
): Column {
  return { name, heading, cells: rows.map(cell), align }
}
