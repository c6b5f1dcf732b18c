import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runSchema, type Run } from '../record/run.ts'
import { analyseRun, renderRun } from '../trial/analyse-run.ts'
import { readRunFolder } from '../trial/run-folder.ts'
import { renderPlot } from './plot.ts'
import { renderPlotCsv } from './plot-csv.ts'
import { parsePublished } from './published.ts'
import { renderSeedLog } from './seed-log.ts'
import { renderTable } from './table.ts'

const publishedFile = new URL('../../fixtures/published.json', import.meta.url)

/** Makes everything that a run's folder holds beside its records, from its records alone. Again is the same. */
export async function writeReports(path: string): Promise<{ run: Run; table: string }> {
  const run = runSchema.parse(analyseRun(readRunFolder(path)))
  const published = parsePublished(readFileSync(publishedFile, 'utf8'))
  const table = renderTable(run, published)
  const write = (file: string, text: string): void => writeFileSync(join(path, file), text)
  write('run.json', renderRun(run))
  write('table.txt', table)
  write('seed.log', renderSeedLog(run))
  write('plot.csv', renderPlotCsv(run))
  write('plot.svg', await renderPlot(run, published))
  return { run, table }
}
