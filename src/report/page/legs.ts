import { quantile } from '../../stats/quantile.ts'
import { formatCell, formatMs, formatNominal } from '../format.ts'
import type { CaseSeries, Stamps } from '../run-series.ts'
import { renderChart } from './chart.ts'
import { byLatency } from './distribution.ts'
import { legend, section, tableBehind, twoWidths, type Cell } from './figure.ts'
import { html, type Html } from './markup.ts'
import { chartWidths, type PageData } from './page-data.ts'
import { colour } from './palette.ts'

/** Type alias, not interface: Vega wants rows that are plain records. */
type Leg = { readonly name: string; readonly ms: number }
type Bar = { readonly latencyMs: number; readonly arm: string; readonly legs: readonly Leg[] }

const names = {
  toAgent: 'client → HAProxy → agent',
  inAgent: 'in the agent, without its sleep',
  agentToOrigin: 'agent → HAProxy → origin',
  toOrigin: 'client → HAProxy → origin',
  asking: 'HAProxy → agent → HAProxy',
  back: 'origin → HAProxy → client',
} as const

const colours = [
  { name: names.toOrigin, colour: colour('bypass') },
  { name: names.toAgent, colour: colour('offload') },
  { name: names.inAgent, colour: colour('ink') },
  { name: names.agentToOrigin, colour: colour('open') },
  { name: names.asking, colour: colour('offload') },
  { name: names.back, colour: colour('placebo') },
]

/** Where the time goes inside a request, as far as client, agent and origin have stamped it. */
export async function legsSection({ series, plan }: PageData): Promise<Html> {
  const provenIn = plan.agent?.asking?.provenIn ?? 'request'
  const bars = byLatency(series).flatMap(([latencyMs, cases]) => barsOf(latencyMs, cases, provenIn))
  const isBracketed = bars.some(({ legs }) => legs.some(({ name }) => name === names.asking))
  const draw = async (width: keyof typeof chartWidths): Promise<Html> => drawBars(bars, width)
  return section(
    'legs',
    'Where the time goes inside a request',
    isBracketed
      ? html`Medians of each part. HAProxy read its own clock before it asked the agent and once it had the
        answer; all other stamps are of one monotonic clock. The agent is not ours: its own time is in the
        part between those two.`
      : html`Medians of each part, the agent’s sleep left out; all stamps are of one monotonic clock. HAProxy
          stamps nothing in a run’s records, so the way from the client to the agent is one piece: accept,
          parse and NOTIFY can’t be told apart here, nor can ACK and the connection to the origin. What
          HAProxy itself says of them: <code>npm run bench:exporter</code>.`,
    bars.length === 0
      ? [html`<p>No case was joined, so there are no parts to show.</p>`]
      : [
          twoWidths(await draw('narrow'), await draw('wide')),
          legend(colours.map((one) => ({ ...one, sign: 'square' }))),
          tableBehind(
            'Medians of the parts in ms',
            ['agent, arm', ...colours.map(({ name }) => name)],
            bars.map(({ latencyMs, arm, legs }): Cell[] => [
              `${formatNominal(latencyMs)}, ${arm}`,
              ...colours.map(({ name }) => formatCell(legs.find((leg) => leg.name === name)?.ms ?? null)),
            ]),
          ),
        ],
  )
}

function barsOf(latencyMs: number, cases: readonly CaseSeries[], provenIn: 'request' | 'response'): Bar[] {
  const of = (arm: 'bypass' | 'offload'): Stamps[] => cases.flatMap(({ stamps }) => stamps[arm] ?? [])
  const back = ({ end, atOrigin }: Stamps): number => end - atOrigin
  const [bypass, offload] = [of('bypass'), of('offload')]
  // An agent that is not ours stamps nothing: the way through it is one piece with the way to the origin.
  const isUnstamped = offload.some(({ atAgent }) => atAgent === null)
  const plain = { [names.toOrigin]: ({ atOrigin }: Stamps) => atOrigin, [names.back]: back }
  const isBracketed = offload.every(({ asked }) => asked !== undefined)
  const asking = ({ asked = 0 }: Stamps): number => asked
  const before = (stamps: Stamps): number => (provenIn === 'request' ? asking(stamps) : 0)
  const bracketed = {
    [names.toOrigin]: (stamps: Stamps) => stamps.atOrigin - before(stamps),
    [names.asking]: asking,
    [names.back]: (stamps: Stamps) => back(stamps) - asking(stamps) + before(stamps),
  }
  return [
    ...bar(latencyMs, 'bypass', bypass, plain),
    ...bar(
      latencyMs,
      'offload',
      offload,
      isUnstamped
        ? isBracketed
          ? bracketed
          : plain
        : {
            [names.toAgent]: ({ atAgent }) => atAgent ?? 0,
            [names.inAgent]: ({ atAgent, sleepStart }) => (sleepStart ?? 0) - (atAgent ?? 0),
            [names.agentToOrigin]: ({ atOrigin, sleepEnd }) => atOrigin - (sleepEnd ?? 0),
            [names.back]: back,
          },
    ),
  ]
}

function bar(
  latencyMs: number,
  arm: string,
  stamps: readonly Stamps[],
  parts: Readonly<Record<string, (stamp: Stamps) => number>>,
): Bar[] {
  if (stamps.length === 0) return []
  const legs = Object.entries(parts).map(([name, part]) => ({ name, ms: quantile(stamps.map(part), 0.5) }))
  return [{ latencyMs, arm, legs }]
}

async function drawBars(bars: readonly Bar[], width: keyof typeof chartWidths): Promise<Html> {
  const rows = bars.map(({ latencyMs, arm }) => `${latencyMs} ms ${arm}`)
  const values = bars.flatMap(({ legs }, index) => {
    let from = 0
    return legs.map(({ name, ms }) => {
      const start = from
      from += Math.max(0, ms)
      return {
        row: rows[index],
        name,
        from: start,
        to: from,
        exact: `${rows[index]}: ${name} ${formatMs(ms)}`,
      }
    })
  })
  return renderChart(
    {
      width: chartWidths[width] - 110,
      height: rows.length * 22,
      data: { values },
      mark: { type: 'bar', height: 15, stroke: colour('paper'), strokeWidth: 1 },
      encoding: {
        y: {
          field: 'row',
          type: 'nominal',
          scale: { domain: rows },
          axis: { title: null, ticks: false, domain: false, labelLimit: 160, labelPadding: 6 },
        },
        x: { field: 'from', type: 'quantitative', axis: { title: 'ms', format: '~f', tickCount: 6 } },
        x2: { field: 'to' },
        color: {
          field: 'name',
          type: 'nominal',
          legend: null,
          scale: { domain: colours.map(({ name }) => name), range: colours.map((one) => one.colour) },
        },
        description: { field: 'exact' },
      },
    },
    {
      id: `legs-${width}`,
      title: 'Parts of a request, bypass and offload, by latency of the agent',
      description: values.map(({ exact }) => exact).join('; '),
    },
  )
}
