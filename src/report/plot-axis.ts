import type { TopLevelSpec } from 'vega-lite'
import type { PlotData } from './plot-data.ts'

/** One panel of the plot in Vega-Lite's terms. */
export type Panel = Extract<TopLevelSpec, { vconcat: unknown }>['vconcat'][number]

export const panelWidthPx = 640
export const black = '#000000'
export const grey = '#767676'
export const vermilion = '#D55E00'

/** Okabe-Ito colours, apart in every kind of colour blindness; the shapes are apart without any colour. */
const requestColours = ['#E69F00', '#56B4E9', '#009E73', '#CC79A7', '#0072B2', '#F0E442']
const requestShapes = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'triangle-right']

export interface SeriesStyle {
  readonly name: string
  readonly colour: string
  readonly shape: string
}

/** How the lines of 10, 100, 1000 requests look, in both panels alike. */
export function requestStyles(data: PlotData): SeriesStyle[] {
  return data.requestSeries.map((name, index) => ({
    name,
    colour: requestColours[index % requestColours.length] ?? black,
    shape: requestShapes[index % requestShapes.length] ?? 'circle',
  }))
}

/** Keeps the marks of these series. */
export function ofSeries(names: readonly string[]): { filter: { field: 'series'; oneOf: string[] } }[] {
  return [{ filter: { field: 'series', oneOf: [...names] } }]
}

interface SeriesChannel {
  field: 'series'
  type: 'nominal'
  scale: { domain: string[]; range: string[] }
}

/** The colour and shape channels of a panel, under one legend. */
export function seriesChannels(styles: readonly SeriesStyle[]): {
  color: SeriesChannel
  shape: SeriesChannel
} {
  const channel = (range: string[]): SeriesChannel => ({
    field: 'series',
    type: 'nominal',
    scale: { domain: styles.map((style) => style.name), range },
  })
  return {
    color: channel(styles.map((style) => style.colour)),
    shape: channel(styles.map((style) => style.shape)),
  }
}

interface LatencyChannel {
  field: 'latencyMs'
  type: 'quantitative'
  scale: { type: 'log' | 'symlog'; domain: number[]; nice: false; constant?: number }
  axis: { values: number[]; title: string; format: string }
}

/**
 * The agent's latency on a logarithmic axis, as in the seed's plot. A logarithmic axis has no place for the
 * seed's 0 ms (gnuplot leaves it out): it gets one of its own at the left, on a scale that is linear
 * below the smallest latency above 0.
 */
export function latencyChannel(data: PlotData): LatencyChannel {
  const values = [...data.latenciesMs]
  const above = values.filter((latencyMs) => latencyMs > 0)
  const smallest = above[0] ?? 1
  const largest = above.at(-1) ?? 1
  const hasZero = above.length < values.length
  return {
    field: 'latencyMs',
    type: 'quantitative',
    scale: hasZero
      ? {
          type: 'symlog',
          constant: smallest / 3,
          domain: [-smallest / 3, largest * roomAtTheRight],
          nice: false,
        }
      : { type: 'log', domain: [smallest / roomAtTheRight, largest * roomAtTheRight], nice: false },
    axis: {
      values,
      title: `agent's response time, ms (logarithmic${hasZero ? '; 0 has a place of its own' : ''})`,
      format: '~f',
    },
  }
}

/** For the marks that stand beside the last latency, and the figure above them. */
const roomAtTheRight = 2.2

export function panelTitle(
  text: string,
  subtitle: string,
): {
  text: string
  subtitle: string
  anchor: 'start'
  frame: 'group'
  fontSize: number
  subtitleFontSize: number
} {
  return { text, subtitle, anchor: 'start', frame: 'group', fontSize: 13, subtitleFontSize: 12 }
}
