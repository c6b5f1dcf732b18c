import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runSchema, type Run } from '../record/run.ts'
import { analyseRun, renderRun } from '../trial/analyse-run.ts'
import { readRunFolder, type RunRecords } from '../trial/run-folder.ts'
import { renderActionBenchmark } from './formats/action-benchmark.ts'
import { renderBencher } from './formats/bencher.ts'
import { renderFiguresCsv } from './formats/figures-csv.ts'
import { renderGoBench } from './formats/go-bench.ts'
import { renderSummary } from './formats/summary.ts'
import { renderPlot } from './plot.ts'
import { renderPlotCsv } from './plot-csv.ts'
import { parsePublished } from './published.ts'
import { renderSeedLog } from './seed-log.ts'
import { renderTable } from './table.ts'

const publishedFile = new URL('../../fixtures/published.json', import.meta.url)

/** Everything that a run's folder holds beside its records, made from its records alone. Again is the same. */
export async function renderReports(records: RunRecords): Promise<{ run: Run; files: Map<string, string> }> {
  const run = runSchema.parse(analyseRun(records))
  const published = parsePublished(readFileSync(publishedFile, 'utf8'))
  const files = new Map([
    ['run.json', renderRun(run)],
    ['table.txt', renderTable(run, published)],
  ])
  // The article's own figures, and what is drawn beside them, are of an agent that sleeps as it is told.
  if (run.agent !== undefined) return { run, files }
  const ofSeed = new Map([
    ['seed.log', renderSeedLog(run)],
    ['plot.csv', renderPlotCsv(run)],
    ['plot.svg', await renderPlot(run, published)],
    ['summary.md', renderSummary(run)],
    ['figures.csv', renderFiguresCsv(run)],
    ['bench.txt', renderGoBench(run)],
    ['bencher.json', renderBencher(run)],
    ['action-benchmark.json', renderActionBenchmark(run)],
  ])
  return { run, files: new Map([...files, ...ofSeed]) }
}

/** The run, and what is shown of it outside its folder. */
export interface Reports {
  readonly run: Run
  readonly table: string
  /** GitHub Markdown. */
  readonly summary: string
}

/** Makes a run's reports, or makes them again, and writes them into its folder. */
export async function writeReports(path: string): Promise<Reports> {
  const { run, files } = await renderReports(readRunFolder(path))
  for (const [file, text] of files) writeFileSync(join(path, file), text)
  return { run, table: files.get('table.txt') ?? '', summary: files.get('summary.md') ?? '' }
}
