import type { TopLevelSpec } from 'vega-lite'
import { drawSvg } from './draw-svg.ts'
import type { Run } from '../record/run.ts'
import { averagePanel } from './average-panel.ts'
import { overheadPanel } from './overhead-panel.ts'
import { plotData, type PlotData } from './plot-data.ts'
import type { Published } from './published.ts'

/** plot.svg: the seed's plot above, what SPOE itself adds below. The same run gives the same bytes. */
export async function renderPlot(run: Run, published: Published): Promise<string> {
  return `${await drawSvg(plotSpec(plotData(run, published)))}\n`
}

function plotSpec(data: PlotData): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    title: { text: data.title, fontSize: 15, anchor: 'start', frame: 'group', offset: 14 },
    config: {
      font: 'sans-serif',
      axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', gridColor: '#E4E4E4' },
      legend: { labelFontSize: 12, orient: 'bottom', columns: 3, labelLimit: 260, title: null },
    },
    spacing: 26,
    resolve: { scale: { color: 'independent', shape: 'independent' } },
    vconcat: [averagePanel(data), overheadPanel(data)],
  }
}
