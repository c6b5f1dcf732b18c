import type { TopLevelSpec } from 'vega-lite'
import { drawSvg } from '../report/draw-svg.ts'
import type { RatesRecord } from '../record/rates.ts'
import { ratesArms } from './boot-cell.ts'

/** Type alias, not interface: Vega wants rows that are plain records. */
type Point = {
  readonly cell: string
  readonly rate: number
  readonly arm: string
  readonly figure: string
  readonly ms: number
}

/** rates.svg: median and p99 of both arms over the rate, a panel a cell; steps that are ours are left out. */
export async function renderRatesChart(record: RatesRecord): Promise<string> {
  return `${await drawSvg(chartSpec(record))}\n`
}

function points({ steps }: RatesRecord): Point[] {
  return steps.flatMap((step) =>
    ratesArms.flatMap((arm): Point[] => {
      const { isOurs, isTailOurs, medianMs, p99Ms } = step[arm]
      if (isOurs) return []
      const p99 = isTailOurs ? null : (p99Ms?.estimate ?? null)
      const point = { cell: step.cell, rate: step.rate, arm }
      return [
        ...(medianMs === null ? [] : [{ ...point, figure: 'median', ms: medianMs.estimate }]),
        ...(p99 === null ? [] : [{ ...point, figure: 'p99', ms: p99 }]),
      ]
    }),
  )
}

function chartSpec(record: RatesRecord): TopLevelSpec {
  const { plan } = record
  const ends = record.knees.flatMap(({ cell, arm, overFrom }) =>
    overFrom === null || arm === 'bypass' ? [] : [{ cell, rate: overFrom }],
  )
  const rate = { field: 'rate', type: 'quantitative' as const, title: 'arrivals a second' }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    title: {
      text: 'Latency under load, with the offload and without',
      subtitle: [
        'from the intended start, ms; a grey line: the first step that the offload does not hold;',
        `windows of ${plan.windowMs} ms, ${plan.rounds} rounds`,
      ],
      anchor: 'start',
      fontSize: 15,
      subtitleFontSize: 12,
      offset: 10,
    },
    config: {
      font: 'sans-serif',
      axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#E4E4E4' },
      legend: { labelFontSize: 12, orient: 'bottom', title: null, labelLimit: 260 },
      header: { labelFontSize: 13, labelFontWeight: 'bold', title: null, labelPadding: 6 },
    },
    columns: 2,
    // A facet takes its rows from one table, so that each panel is given its own.
    concat: plan.cells.map(({ id }) => ({
      title: { text: id, fontSize: 13, anchor: 'start' as const },
      width: 320,
      height: 220,
      layer: [
        {
          data: { values: points(record).filter(({ cell }) => cell === id) },
          mark: { type: 'line' as const, point: true },
          encoding: {
            x: rate,
            y: {
              field: 'ms',
              type: 'quantitative' as const,
              scale: { type: 'log' as const },
              title: 'ms',
            },
            color: {
              field: 'arm',
              type: 'nominal' as const,
              scale: { domain: [...ratesArms], range: ['#0072B2', '#D55E00'] },
            },
            strokeDash: {
              field: 'figure',
              type: 'nominal' as const,
              scale: {
                domain: ['median', 'p99'],
                range: [
                  [1, 0],
                  [5, 4],
                ],
              },
            },
          },
        },
        {
          data: { values: ends.filter(({ cell }) => cell === id) },
          mark: { type: 'rule' as const, color: '#767676' },
          encoding: { x: rate },
        },
      ],
    })),
  }
}
