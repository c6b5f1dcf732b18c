import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { compareWithFile } from '../baseline/answer.ts'
import { BaselineError } from '../baseline/baseline-error.ts'
import type { BaselineFile } from '../baseline/record.ts'
import { readBaseline } from '../baseline/store.ts'
import { comparisonSchema } from '../exporter/comparison.ts'
import { runSchema, type Run } from '../record/run.ts'
import { readRunFolder } from '../trial/run-folder.ts'
import { TrialError } from '../trial/trial-error.ts'
import { renderScreen } from './screen/screen.ts'
import { analyseReports, pageFile, type PageExtras } from './write-reports.ts'

/**
 * Draws a run's page from its records and writes it into its folder. Alone it is `report.html`, which `verify` holds
 * against the records; beside others it has a name of its own.
 * @param path the run's folder
 * @param others what is to stand beside it: the folder of a run or the file of a baseline, and the folder of a run of
 * bench:exporter
 * @throws {BaselineError} (baseline-error.ts) with an exit code, where a baseline may not be compared with the run
 */
export async function reportRun(
  path: string,
  width: number,
  others: { readonly against?: string | undefined; readonly exporter?: string | undefined },
): Promise<{ screen: string; file: string }> {
  const { run, screen, page } = analyseReports(readRunFolder(path))
  if (run.gate !== undefined) {
    throw new TrialError(
      'usage',
      `Expected a run that has a bypass, got the gate ${run.runId}: what it found is in its table.txt and summary.md.`,
    )
  }
  const { against, exporter } = others
  const isFile = against !== undefined && statSync(against).isFile()
  const extras: PageExtras = {
    against: against === undefined || isFile ? undefined : readOther(against),
    baseline: isFile ? compareWithFile(path, readBaselineFile(against)) : undefined,
    exporter:
      exporter === undefined
        ? undefined
        : readRecord(exporter, 'exporter.json', (value) => comparisonSchema.parse(value)),
  }
  const names = [extras.against, extras.exporter].flatMap((other) =>
    other === undefined ? [] : [other.runId],
  )
  if (names.includes(run.runId)) {
    throw new TrialError('usage', `Expected another run to stand beside ${run.runId}, got the same.`)
  }
  if (isFile) names.unshift(`baseline-${basename(against, '.json')}`)
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

function readBaselineFile(path: string): BaselineFile {
  let cause: unknown
  try {
    const file = readBaseline(path)
    if (file !== null) return file
  } catch (error) {
    cause = error
  }
  throw new BaselineError(
    'usage',
    `Expected a run or the file of a baseline after --against, got ${basename(path)}, which is neither.`,
    { cause },
  )
}

function readRecord<T>(path: string, file: string, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(readFileSync(join(path, file), 'utf8')))
  } catch (cause) {
    throw new TrialError('records', `Expected ${file} in ${path}, as this version writes it.`, { cause })
  }
}
