import { quantileOfSorted } from '../../stats/quantile.ts'
import { formatCell, formatMs, formatNominal } from '../format.ts'
import type { CaseSeries } from '../run-series.ts'
import { renderChart } from './chart.ts'
import { byLatency, poolSorted } from './distribution.ts'
import { gallery, legend, section, tableBehind, type Cell } from './figure.ts'
import { html, type Html } from './markup.ts'
import type { PageData } from './page-data.ts'
import { colour } from './palette.ts'

/** Type alias, not interface: Vega wants rows that are plain records. */
type Point = {
  readonly share: number
  readonly arm: 'offload' | 'placebo'
  readonly ms: number
  readonly exact: string
}

const deciles = [10, 20, 30, 40, 50, 60, 70, 80, 90]
const shares = Array.from({ length: 19 }, (_, index) => 5 * (index + 1))

/** The shift function: by how much each quantile of the offload lies above the same of the bypass. */
export async function shiftSection({ series }: PageData): Promise<Html> {
  const groups = byLatency(series)
  const points = groups.map(([latencyMs, cases]) => ({ latencyMs, rows: shiftPoints(cases) }))
  const all = points.flatMap(({ rows }) => rows.map(({ ms }) => ms))
  const domain = [Math.min(0, ...all), Math.max(0, ...all)]
  return section(
    'shift',
    'Do slow requests pay more than fast ones?',
    html`By how much the offload’s 5 % to 95 % quantile lies above the bypass’s, all blocks of a latency. A
    level line: everybody pays the same. The grey one is the placebo, a second bypass, and shows what chance
    does.`,
    [
      legend([
        { colour: colour('offload'), name: 'offload − bypass', sign: 'dot' },
        { colour: colour('placebo'), name: 'placebo − bypass', sign: 'cross' },
      ]),
      gallery(await Promise.all(points.map(async ({ latencyMs, rows }) => draw(latencyMs, rows, domain)))),
      tableBehind(
        'Differences of quantiles in ms',
        ['agent, arm', ...deciles.map((percent) => `${percent} %`)],
        points.flatMap(({ latencyMs, rows }) => decileCells(latencyMs, rows)),
      ),
    ],
  )
}

function shiftPoints(cases: readonly CaseSeries[]): Point[] {
  const bypass = poolSorted(cases, 'bypass')
  return (['placebo', 'offload'] as const).flatMap((arm) => {
    const sorted = poolSorted(cases, arm)
    if (sorted === null || bypass === null) return []
    return shares.map((share) => {
      const ms = quantileOfSorted(sorted, share / 100) - quantileOfSorted(bypass, share / 100)
      return { share, arm, ms, exact: `${arm} − bypass at ${share} %: ${formatMs(ms)}` }
    })
  })
}

async function draw(latencyMs: number, rows: readonly Point[], domain: readonly number[]): Promise<Html> {
  const encoding = {
    x: {
      field: 'share',
      type: 'quantitative',
      scale: { domain: [0, 100] },
      axis: { title: 'quantile, %', values: [0, 25, 50, 75, 100] },
    },
    y: {
      field: 'ms',
      type: 'quantitative',
      scale: { domain, nice: true },
      axis: { title: 'difference, ms', tickCount: 4, format: '~f' },
    },
    color: {
      field: 'arm',
      type: 'nominal',
      legend: null,
      scale: { domain: ['placebo', 'offload'], range: [colour('placebo'), colour('offload')] },
    },
  }
  return renderChart(
    {
      title: `agent sleeps ${formatNominal(latencyMs)}`,
      width: 235,
      height: 110,
      data: { values: rows },
      encoding,
      layer: [
        { mark: { type: 'line', strokeWidth: 1.5, aria: false } },
        {
          mark: { type: 'point', filled: true, size: 30, opacity: 1 },
          encoding: {
            description: { field: 'exact' },
            shape: {
              field: 'arm',
              type: 'nominal',
              legend: null,
              scale: { domain: ['placebo', 'offload'], range: ['cross', 'circle'] },
            },
          },
        },
      ],
    },
    {
      id: `shift-${latencyMs}`,
      title: `Shift function, agent sleeps ${formatNominal(latencyMs)}`,
      description: rows
        .filter(({ share, arm }) => arm === 'offload' && [10, 50, 90].includes(share))
        .map(({ exact }) => exact)
        .join('; '),
    },
  )
}

function decileCells(latencyMs: number, rows: readonly Point[]): Cell[][] {
  return (['offload', 'placebo'] as const).flatMap((arm) => {
    const own = rows.filter((row) => row.arm === arm)
    if (own.length === 0) return []
    return [
      [
        `${formatNominal(latencyMs)}, ${arm}`,
        ...deciles.map((percent) => formatCell(own.find(({ share }) => share === percent)?.ms ?? null)),
      ],
    ]
  })
}
