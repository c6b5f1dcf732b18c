import { quantileOfSorted } from '../../stats/quantile.ts'
import { formatCell, formatMs, formatNominal } from '../format.ts'
import { bootSuffix, caseNameWithMode } from '../case-name.ts'
import type { CaseSeries } from '../run-series.ts'
import { renderChart, type ChartSpec } from './chart.ts'
import { byLatency, curve, poolSorted } from './distribution.ts'
import { gallery, legend, section, tableBehind, type Cell } from './figure.ts'
import { html, type Html } from './markup.ts'
import type { PageData } from './page-data.ts'
import { colour } from './palette.ts'

const arms = [
  { arm: 'bypass', color: colour('bypass'), dash: [1, 0] },
  { arm: 'offload', color: colour('offload'), dash: [5, 2] },
] as const
const probabilities = [0.5, 0.9, 0.99] as const

/** What part of the requests was at least so fast: bypass and offload of every case. */
export async function ecdfSection({ series }: PageData): Promise<Html> {
  const charts = byLatency(series).map(async ([latencyMs, cases]) => drawLatency(latencyMs, cases))
  return section(
    'distributions',
    'Every request: bypass and offload, case by case',
    html`The share of requests that took at most so long, the agent’s own sleep subtracted. Apart at every
    height: every request pays; apart at the top only, some do. The axis is logarithmic, because slow ones are
    ten times as slow. Dots: half and 90 %.`,
    [
      legend([
        { colour: colour('bypass'), name: 'bypass' },
        { colour: colour('offload'), name: 'offload, less what the agent slept', sign: 'dash' },
      ]),
      gallery(await Promise.all(charts)),
      tableBehind(
        'Quantiles',
        ['agent × requests', 'arm', 'half, ms', '90 %, ms', '99 %, ms'],
        series.flatMap((one) => arms.flatMap(({ arm }) => quantileCells(one, arm))),
      ),
    ],
  )
}

async function drawLatency(latencyMs: number, cases: readonly CaseSeries[]): Promise<Html> {
  return renderChart(ecdfSpec(latencyMs, cases), {
    id: `ecdf-${latencyMs}`,
    title: `Distribution of bypass and offload, agent sleeps ${formatNominal(latencyMs)}`,
    description: arms
      .flatMap(({ arm }) => {
        const sorted = poolSorted(cases, arm)
        return sorted === null
          ? []
          : [
              `${arm}: half of the requests within ${formatMs(quantileOfSorted(sorted, 0.5))}, 90 % within ${formatMs(quantileOfSorted(sorted, 0.9))}`,
            ]
      })
      .join('; '),
  })
}

function ecdfSpec(latencyMs: number, cases: readonly CaseSeries[]): ChartSpec {
  const sorteds = arms.flatMap(({ arm }) => poolSorted(cases, arm) ?? [])
  // A logarithmic axis has no nought.
  const low = Math.max(0.001, Math.min(...sorteds.map((sorted) => sorted[0] ?? 1)))
  const high = Math.max(...sorteds.map((sorted) => quantileOfSorted(sorted, 0.99)))
  const points = cases.flatMap((one) =>
    arms.flatMap(({ arm }) => {
      const sorted = poolSorted([one], arm)
      if (sorted === null) return []
      const panel = `n = ${one.requests}${bootSuffix(one.id)}`
      // As many steps as a small panel can show.
      const steps = Math.min(one.requests, 60)
      const line = curve(sorted, steps).map((point) => ({ ...point, arm, panel, kind: 'line', exact: '' }))
      const dots = [0.5, 0.9]
        .map((share) => ({ share, ms: quantileOfSorted(sorted, share), arm, panel, kind: 'dot' }))
        .map((dot) => ({
          ...dot,
          exact: `${arm}, ${panel}: ${Math.round(dot.share * 100)} % within ${formatMs(dot.ms)}`,
        }))
      return [...line, ...dots].filter(({ ms }) => ms <= high)
    }),
  )
  const scale = { domain: arms.map(({ arm }) => arm), range: arms.map(({ color }) => color) }
  const encoding = {
    x: {
      field: 'ms',
      type: 'quantitative',
      scale: { type: 'log', domain: [low, high], nice: false },
      axis: { title: null, values: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50], format: '~f', labelOverlap: true },
    },
    y: {
      field: 'share',
      type: 'quantitative',
      scale: { domain: [0, 1] },
      axis: { title: null, values: [0, 0.5, 1], format: '.0%' },
    },
    color: { field: 'arm', type: 'nominal', scale, legend: null },
  }
  return {
    title: `agent sleeps ${formatNominal(latencyMs)}`,
    data: { values: points },
    facet: { column: { field: 'panel', type: 'nominal', sort: null } },
    spacing: 12,
    spec: {
      width: 86,
      height: 110,
      layer: [
        {
          transform: [{ filter: { field: 'kind', equal: 'line' } }],
          mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.8, aria: false },
          encoding: {
            ...encoding,
            strokeDash: {
              field: 'arm',
              type: 'nominal',
              legend: null,
              scale: { domain: scale.domain, range: arms.map(({ dash }) => dash) },
            },
          },
        },
        {
          transform: [{ filter: { field: 'kind', equal: 'dot' } }],
          mark: { type: 'point', filled: true, size: 34, opacity: 1 },
          encoding: { ...encoding, description: { field: 'exact' } },
        },
      ],
    },
  }
}

function quantileCells(one: CaseSeries, arm: 'bypass' | 'offload'): Cell[][] {
  const sorted = poolSorted([one], arm)
  if (sorted === null) return []
  const name = caseNameWithMode(one)
  const cells = probabilities.map((share) =>
    share === 0.99 && one.requests < 1000 ? '' : formatCell(quantileOfSorted(sorted, share)),
  )
  return [[name, arm, ...cells]]
}
