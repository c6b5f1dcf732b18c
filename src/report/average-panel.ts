import { articleSeries, trueMeanSeries, type PlotData } from './plot-data.ts'
import {
  black,
  grey,
  latencyChannel,
  ofSeries,
  panelTitle,
  panelWidthPx,
  requestStyles,
  seriesChannels,
  type Panel,
} from './plot-axis.ts'

/** The seed's plot: its estimator on our samples, a line for each number of requests, the true mean on top. */
export function averagePanel(data: PlotData): Panel {
  const styles = [
    ...requestStyles(data),
    { name: trueMeanSeries, colour: black, shape: 'cross' },
    { name: articleSeries, colour: grey, shape: 'stroke' },
  ].filter(({ name }) => data.averages.some((average) => average.series === name))
  return {
    width: panelWidthPx,
    height: 220,
    title: panelTitle("The seed's plot", "its estimator on our samples: the agent's own time hides all else"),
    data: { values: [...data.averages] },
    encoding: {
      x: latencyChannel(data),
      y: { field: 'averageMs', type: 'quantitative', title: 'average latency, ms' },
      ...seriesChannels(styles),
    },
    layer: [
      { transform: ofSeries(data.requestSeries), mark: { type: 'line', strokeWidth: 2 } },
      { transform: ofSeries([trueMeanSeries]), mark: { type: 'line', strokeDash: [5, 4], strokeWidth: 1.5 } },
      {
        transform: ofSeries([...data.requestSeries, trueMeanSeries]),
        mark: { type: 'point', filled: true, size: 50, opacity: 1 },
      },
      // A bar across the line, so that the article's figure shows even where it coincides with ours.
      {
        transform: ofSeries([articleSeries]),
        mark: { type: 'point', filled: false, size: 260, strokeWidth: 2, opacity: 1 },
      },
    ],
  }
}
