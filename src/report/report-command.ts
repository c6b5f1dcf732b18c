import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { comparisonSchema } from '../exporter/comparison.ts'
import { runSchema, type Run } from '../record/run.ts'
import { readRunFolder } from '../trial/run-folder.ts'
import { TrialError } from '../trial/trial-error.ts'
import { renderScreen } from './screen/screen.ts'
import { analyseReports, pageFile, type PageExtras } from './write-reports.ts'

/**
 * Draws a run's page from its records and writes it into its folder. Alone it is `report.html`, which `verify` holds
 * against the records; beside other runs it has a name of its own.
 * @param path the run's folder
 * @param others folders of a run to stand beside it and of a run of bench:exporter
 */
export async function reportRun(
  path: string,
  width: number,
  others: { readonly against?: string | undefined; readonly exporter?: string | undefined },
): Promise<{ screen: string; file: string }> {
  const { run, screen, page } = analyseReports(readRunFolder(path))
  const extras: PageExtras = {
    against: others.against === undefined ? undefined : readOther(others.against),
    exporter:
      others.exporter === undefined
        ? undefined
        : readRecord(others.exporter, 'exporter.json', (value) => comparisonSchema.parse(value)),
  }
  const names = [extras.against, extras.exporter].flatMap((other) =>
    other === undefined ? [] : [other.runId],
  )
  if (names.includes(run.runId)) {
    throw new TrialError('usage', `Expected another run to stand beside ${run.runId}, got the same.`)
  }
  const file = join(path, names.length === 0 ? pageFile : `report-beside-${names.join('-and-')}.html`)
  writeFileSync(file, await page(extras))
  return { screen: renderScreen(screen, width), file }
}

/** From its records; a stored run that has none any more is taken at its word. */
function readOther(path: string): Run {
  return existsSync(join(path, 'samples.jsonl'))
    ? analyseReports(readRunFolder(path)).run
    : readRecord(path, 'run.json', (value) => runSchema.parse(value))
}

function readRecord<T>(path: string, file: string, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(readFileSync(join(path, file), 'utf8')))
  } catch (cause) {
    throw new TrialError('records', `Expected ${file} in ${path}, as this version writes it.`, { cause })
  }
}
