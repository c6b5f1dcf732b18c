import { asIsSeries, describeMargin, placeboSeries, pooledSeries, type PlotData } from './plot-data.ts'
import {
  black,
  grey,
  latencyChannel,
  ofSeries,
  panelTitle,
  panelWidthPx,
  requestStyles,
  seriesChannels,
  vermilion,
  type Panel,
  type SeriesStyle,
} from './plot-axis.ts'

type Layer = Extract<Panel, { layer: unknown }>['layer'][number]

interface PositionChannel {
  field: string
  type: 'quantitative'
  title: string
  scale: { domain: number[]; nice: boolean }
}

/** Pixels between neighbours of one latency: side by side, their intervals do not hide each other. */
const stepPx = 14

/** What SPOE itself adds, which the seed's plot cannot show: estimates, intervals, placebo and margin. */
export function overheadPanel(data: PlotData): Panel {
  const margin = describeMargin(data)
  const styles = [
    ...requestStyles(data),
    { name: pooledSeries, colour: black, shape: 'circle' },
    { name: placeboSeries, colour: grey, shape: 'cross' },
    { name: asIsSeries, colour: vermilion, shape: 'diamond' },
  ].filter(({ name }) => data.effects.some((effect) => effect.series === name))
  const channels = seriesChannels(styles)
  const marginMs = margin?.isInPanel === true && data.marginMs !== null ? [data.marginMs] : []
  const shown = [0, ...marginMs, ...data.effects.flatMap((effect) => [effect.lowerMs, effect.upperMs])]
  // A tenth more above, for the figures over the intervals.
  const scale = { domain: [Math.min(...shown), Math.max(...shown) * 1.1], nice: true }
  const x = latencyChannel(data)

  const y = (field: string): PositionChannel => ({
    field,
    type: 'quantitative',
    title: 'overhead, ms',
    scale,
  })
  const offsetOf = (index: number): number => (index - (styles.length - 1) / 2) * stepPx
  const levelLine = (atMs: number, strokeDash: number[]): Layer => ({
    data: { values: [{ atMs }] },
    mark: { type: 'rule', strokeDash, color: black },
    encoding: { y: y('atMs') },
  })
  const seriesLayer = ({ name }: SeriesStyle, index: number): Layer => {
    const isPooled = name === pooledSeries
    return {
      transform: ofSeries([name]),
      layer: [
        {
          mark: { type: 'rule', xOffset: offsetOf(index), strokeWidth: isPooled ? 3 : 1.5 },
          encoding: { x, y: y('lowerMs'), y2: { field: 'upperMs' }, color: channels.color },
        },
        {
          mark: {
            type: 'point',
            filled: true,
            opacity: 1,
            size: isPooled ? 75 : 50,
            xOffset: offsetOf(index),
          },
          encoding: { x, y: y('estimateMs'), ...channels },
        },
      ],
    }
  }
  const figures: Layer = {
    transform: ofSeries([pooledSeries]),
    mark: {
      type: 'text',
      xOffset: offsetOf(styles.findIndex(({ name }) => name === pooledSeries)),
      dy: -7,
      fontSize: 11,
      baseline: 'bottom',
    },
    encoding: { x, y: y('upperMs'), text: { field: 'label' } },
  }

  return {
    width: panelWidthPx,
    height: 260,
    title: panelTitle(
      'What SPOE itself adds: (offload - what the agent slept) - bypass',
      `estimate and interval${margin === null ? '' : `; ${margin.text}`}`,
    ),
    data: { values: [...data.effects] },
    layer: [
      levelLine(0, []),
      ...marginMs.map((atMs) => levelLine(atMs, [6, 4])),
      ...styles.map((style, index) => seriesLayer(style, index)),
      figures,
    ],
  }
}
