import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Outcome } from '../record/run.ts'
import { importRun } from '../trial/workers/import-run.ts'
import { writeReports } from './write-reports.ts'

/** As the launcher has them for suites. */
const exitCodes: Record<Outcome, number> = {
  within: 0,
  measured: 0,
  exceeds: 1,
  incomplete: 2,
  inconclusive: 3,
  unblinded: 5,
  invalid: 5,
}

/**
 * Takes in what workers recorded, reports the run, and returns the exit code of its outcome.
 * @param findRun finds a run's folder by its path or id
 * @throws {ImportError} with its own exit code, and nothing changed
 */
export async function runImportCommand(
  args: readonly string[],
  findRun: (named: string) => string,
): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true })
  const [named, ...files] = positionals
  if (named === undefined || files.length === 0) {
    throw new Error(
      'expected a run and the files of its workers: npm run import -- RUN records-1.jsonl records-2.jsonl.',
    )
  }
  const path = findRun(named)
  const folder = process.env['INIT_CWD'] ?? process.cwd()
  importRun(
    path,
    files.map((file) => resolve(folder, file)),
  )
  const { run, table } = await writeReports(path)
  process.stdout.write(`${table}\nresults/${run.runId}: report.html, table.txt\n`)
  return exitCodes[run.outcome]
}
