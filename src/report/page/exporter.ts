import { describeTestimony, findTestimony, questioned } from '../../exporter/comparison-table.ts'
import type { Comparison } from '../../exporter/comparison.ts'
import type { Range } from '../../exporter/range.ts'
import { caseNameWithMode } from '../case-name.ts'
import { exporterSentence, predictReadings, type PredictedReading } from '../exporter-standing.ts'
import { formatNominal } from '../format.ts'
import { renderChart } from './chart.ts'
import { exporterSpec } from './exporter-chart.ts'
import { legend, section, table, tableBehind, twoWidths } from './figure.ts'
import { html, prose, type Html } from './markup.ts'
import { chartWidths, type PageData } from './page-data.ts'
import { colour } from './palette.ts'

/** The exporter against the truth: what was read where a run of bench:exporter is named, else what to expect. */
export async function exporterSection({ run, series, exporter }: PageData): Promise<Html> {
  const predicted = predictReadings(run, series)
  return section('exporter', 'HAProxy’s exporter against the truth', prose(exporterSentence(run)), [
    exporter === undefined
      ? html`<p>
          This run did not read the exporter. <code>npm run bench:exporter</code> does, with every other
          instrument on every release, in two minutes;
          <code>npm run report -- ${run.runId} --exporter RUN</code> puts what it found here.
        </p>`
      : readings(exporter, run.host.haproxy.version),
    ...(predicted.length === 0 ? [] : await predictions(predicted)),
  ])
}

/** Of the readings on one version that can tell: how many there are, and how many were right. */
export function countReadings(exporter: Comparison, version: string): { right: number; judged: number } {
  const judgements = exporter.cells
    .filter(({ haproxy }) => haproxy === version)
    .flatMap((cell) => findTestimony(cell, questioned)?.judgement ?? [])
    .filter((judgement) => judgement !== 'cannot see')
  return { right: judgements.filter((one) => one === 'confirms').length, judged: judgements.length }
}

function readings(exporter: Comparison, version: string): Html {
  const cells = exporter.cells.flatMap((cell) => {
    const testimony = findTestimony(cell, questioned)
    return testimony === undefined ? [] : [{ cell, testimony }]
  })
  const own = cells.filter(({ cell }) => cell.haproxy === version)
  const shown = own.length > 0 ? own : cells
  return html`<p>
      Read in ${exporter.runId}${own.length > 0 ? '' : `, which has no HAProxy ${version}`}:
      haproxy_backend_total_time_average_seconds of the agents’ backend.
    </p>
    ${table(
      `Readings of the exporter in ${exporter.runId}`,
      ['agent × messages', 'what was found'],
      shown.map(({ cell, testimony }) => [
        `${formatNominal(cell.sleepMs)} × ${cell.requests}`,
        describeTestimony(cell, testimony),
      ]),
    )}`
}

async function predictions(predicted: readonly PredictedReading[]): Promise<Html[]> {
  const draw = async (width: keyof typeof chartWidths): Promise<Html> =>
    renderChart(exporterSpec(predicted, chartWidths[width]), {
      id: `exporter-${width}`,
      title: 'The exporter as predicted, beside what a message took',
      description: predicted
        .map(
          ({ result, truth, readingMs }) =>
            `${formatNominal(result.latencyMs)} × ${result.requests}: took ${formatRange(truth)} ms, would read ${formatRange(readingMs)} ms`,
        )
        .join('; '),
    })
  return [
    html`<p>
      What it must have shown at the end of each case here, if that rule holds on this machine too. Not a
      reading: worked out from this run’s own records. Past 512 messages it may read a few per cent less,
      where many were under way as the 513th came.
    </p>`,
    twoWidths(await draw('narrow'), await draw('wide')),
    legend([
      { colour: colour('bypass'), name: 'what a message took', sign: 'dot' },
      { colour: colour('offload'), name: 'what the exporter would read', sign: 'cross' },
    ]),
    tableBehind(
      'The exporter, as predicted',
      ['agent × requests', 'messages since boot', 'a message took, ms', 'it would read, ms'],
      predicted.map(({ result, messages, truth, readingMs }) => [
        caseNameWithMode(result),
        messages,
        formatRange(truth),
        formatRange(readingMs),
      ]),
    ),
  ]
}

function formatRange({ lowMs, highMs }: Range): string {
  const [low, high] = [lowMs.toFixed(1), highMs.toFixed(1)]
  return low === high ? low : `${low} to ${high}`
}
