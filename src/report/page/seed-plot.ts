import { formatCell, formatMs, formatNominal } from '../format.ts'
import { axisOf, matrixCases } from '../matrix.ts'
import { articleSeries, plotData, trueMeanSeries, type PlotData } from '../plot-data.ts'
import { latencyChannel } from '../plot-axis.ts'
import { findPublished } from '../published.ts'
import { renderChart, type ChartSpec } from './chart.ts'
import { legend, section, tableBehind, twoWidths, type LegendEntry } from './figure.ts'
import { html, type Html } from './markup.ts'
import { chartWidths, type PageData } from './page-data.ts'
import { colour } from './palette.ts'

const sizes = [
  { colour: colour('few'), sign: 'dot', shape: 'circle' },
  { colour: colour('some'), sign: 'square', shape: 'square' },
  { colour: colour('many'), sign: 'triangle', shape: 'triangle-up' },
] as const

/** The article's plot: published against true. */
export async function seedSection({ run, published }: PageData): Promise<Html> {
  const data = plotData(run, published)
  const draw = async (width: keyof typeof chartWidths): Promise<Html> =>
    renderChart(seedSpec(data, chartWidths[width]), {
      id: `seed-${width}`,
      title: 'Average latency by the article’s estimator, over the agent’s latency',
      description: data.averages
        .filter(({ series }) => series === trueMeanSeries)
        .map(({ latencyMs, averageMs }) => `true mean at ${formatNominal(latencyMs)}: ${formatMs(averageMs)}`)
        .join('; '),
    })
  const entries: LegendEntry[] = [
    ...data.requestSeries.map((name, index) => ({
      ...styleOf(index),
      name: `${name}, the article’s estimator on our samples`,
    })),
    { colour: colour('ink'), name: trueMeanSeries, sign: 'dash' },
    { colour: colour('soft'), name: articleSeries },
  ]
  return section(
    'article',
    'The article’s plot, published and true',
    html`The plot that this benchmark comes from, drawn from this run. Its estimator cuts samples to whole
    milliseconds and carries each row into the next; on an axis that holds the agent’s own second, what the
    offload adds can’t be seen at all.`,
    [
      twoWidths(await draw('narrow'), await draw('wide')),
      legend(entries),
      tableBehind(
        'Published and true averages in ms',
        [
          'agent × requests',
          'article printed',
          'its estimator here',
          'article’s true mean',
          'true mean here',
        ],
        matrixCases(run).map((cell) => {
          const article = findPublished(published, cell)
          return [
            `${formatNominal(cell.latencyMs)} × ${cell.requests}`,
            formatCell(article?.printedMs ?? null),
            formatCell(cell.publishedAverageMs),
            formatCell(article?.trueMeanMs ?? null),
            formatCell(cell.arms.offload?.mean ?? null),
          ]
        }),
      ),
      html`<ul class="notes">
        ${published.notes
          .filter(({ latencyMs }) => axisOf(matrixCases(run), 'latencyMs').includes(latencyMs))
          .map(({ text }) => html`<li>${text}</li>`)}
      </ul>`,
    ],
  )
}

function styleOf(index: number): (typeof sizes)[number] {
  return sizes[index % sizes.length] as (typeof sizes)[number]
}

function seedSpec(data: PlotData, width: number): ChartSpec {
  const values = data.averages.map((point) => ({
    ...point,
    exact: `${point.series}, agent ${formatNominal(point.latencyMs)}: ${formatMs(point.averageMs)}`,
  }))
  const x = latencyChannel(data)
  const encoding = {
    x: { ...x, axis: { ...x.axis, ...(width < 500 ? { title: 'agent’s response time, ms (log)' } : {}) } },
    y: {
      field: 'averageMs',
      type: 'quantitative',
      axis: { title: 'average latency, ms', tickCount: 6, format: '~f' },
    },
    description: { field: 'exact' },
  }
  const of = (series: string): object[] => [{ filter: { field: 'series', equal: series } }]
  return {
    width: width - 70,
    height: width < 500 ? 190 : 260,
    data: { values },
    layer: [
      ...data.requestSeries.flatMap((series, index) => {
        const { colour: color, shape } = styleOf(index)
        return [
          { transform: of(series), mark: { type: 'line', color, strokeWidth: 2, aria: false }, encoding },
          {
            transform: of(series),
            mark: { type: 'point', filled: true, opacity: 1, size: 55, color, shape },
            encoding,
          },
        ]
      }),
      {
        transform: of(trueMeanSeries),
        mark: { type: 'line', color: colour('ink'), strokeDash: [5, 4], strokeWidth: 1.5, aria: false },
        encoding,
      },
      {
        transform: of(articleSeries),
        mark: {
          type: 'point',
          shape: 'stroke',
          size: 240,
          strokeWidth: 2,
          color: colour('soft'),
          opacity: 1,
        },
        encoding,
      },
    ],
  }
}
