import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runSchema, type Run } from '../record/run.ts'
import { analyseRun, renderRun } from '../trial/analyse-run.ts'
import { readRunFolder, type RunRecords } from '../trial/run-folder.ts'
import { renderActionBenchmark } from './formats/action-benchmark.ts'
import { renderBencher } from './formats/bencher.ts'
import { renderFiguresCsv } from './formats/figures-csv.ts'
import { renderGateSummary } from './formats/gate-summary.ts'
import { renderGoBench } from './formats/go-bench.ts'
import { renderSummary } from './formats/summary.ts'
import type { PageData } from './page/page-data.ts'
import { renderPage } from './page/page.ts'
import { renderGateTable } from './gate-table.ts'
import { renderPlot } from './plot.ts'
import { renderPlotCsv } from './plot-csv.ts'
import { parsePublished, type Published } from './published.ts'
import { readSeries } from './run-series.ts'
import { screenData, type ScreenData } from './screen/screen-data.ts'
import { renderSeedLog } from './seed-log.ts'
import { renderTable } from './table.ts'

const publishedFile = new URL('../../fixtures/published.json', import.meta.url)

export const pageFile = 'report.html'

export interface RenderedReports {
  readonly run: Run
  /** What a terminal shows. */
  readonly screen: ScreenData
  readonly files: ReadonlyMap<string, string>
}

/** What a page shows besides the run itself. */
export type PageExtras = Pick<PageData, 'against' | 'baseline' | 'exporter'>

/** Everything that a run's folder holds beside its records, made from its records alone. Again is the same. */
export async function renderReports(records: RunRecords): Promise<RenderedReports> {
  const { run, screen, page } = analyseReports(records)
  if (run.gate !== undefined) {
    // It has no bypass, so there is no overhead to draw.
    const ofGate = new Map([
      ['run.json', renderRun(run)],
      ['table.txt', renderGateTable(run, run.gate)],
      ['summary.md', renderGateSummary(run, run.gate)],
      ...renderForTools(run),
    ])
    return { run, screen, files: ofGate }
  }
  const published = readPublished()
  const files = new Map([
    ['run.json', renderRun(run)],
    ['table.txt', renderTable(run, published)],
  ])
  files.set(pageFile, await page())
  // The others speak of an agent that sleeps as it is told, and of overhead without its time.
  if (run.agent !== undefined) return { run, screen, files }
  const others = new Map([
    ['seed.log', renderSeedLog(run)],
    ['plot.csv', renderPlotCsv(run)],
    ['plot.svg', await renderPlot(run, published)],
    ['summary.md', renderSummary(run)],
    ...renderForTools(run),
  ])
  return { run, screen, files: new Map([...files, ...others]) }
}

/** What other programs read. */
function renderForTools(run: Run): [string, string][] {
  return [
    ['figures.csv', renderFiguresCsv(run)],
    ['bench.txt', renderGoBench(run)],
    ['bencher.json', renderBencher(run)],
    ['action-benchmark.json', renderActionBenchmark(run)],
  ]
}

/** What screen and page are drawn from; the page is drawn when it is asked for. */
export function analyseReports(
  records: RunRecords,
): Pick<RenderedReports, 'run' | 'screen'> & { readonly page: (extras?: PageExtras) => Promise<string> } {
  const run = runSchema.parse(analyseRun(records))
  const series = readSeries(records)
  return {
    run,
    screen: screenData(run, series),
    page: async (extras = {}) =>
      renderPage({ run, plan: records.plan, series, published: readPublished(), ...extras }),
  }
}

/** The run, and what is shown of it outside its folder. */
export interface Reports extends Pick<RenderedReports, 'run' | 'screen'> {
  readonly table: string
  /** GitHub Markdown. */
  readonly summary: string
}

/** Makes a run's reports, or makes them again, and writes them into its folder. */
export async function writeReports(path: string): Promise<Reports> {
  const { run, screen, files } = await renderReports(readRunFolder(path))
  for (const [file, text] of files) writeFileSync(join(path, file), text)
  return { run, screen, table: files.get('table.txt') ?? '', summary: files.get('summary.md') ?? '' }
}

function readPublished(): Published {
  return parsePublished(readFileSync(publishedFile, 'utf8'))
}
