import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OutageRecord } from '../record/outage.ts'
import { renderOutages, renderOutagesMarkdown } from './outage-table.ts'

export const outageFile = 'outage.json'

/** results/<run-id>/outage.json, as far as it goes: a run that is cut off keeps its rows. */
export function saveOutages(resultsDir: string, record: OutageRecord): string {
  const path = join(resultsDir, record.plan.runId)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, outageFile), `${JSON.stringify(record)}\n`)
  return path
}

/** table.txt and table.md beside it. @returns the table */
export function writeOutages(resultsDir: string, record: OutageRecord): string {
  const path = saveOutages(resultsDir, record)
  const table = renderOutages(record)
  writeFileSync(join(path, 'table.txt'), `${table}\n`)
  writeFileSync(join(path, 'table.md'), `${renderOutagesMarkdown(record)}\n`)
  return table
}
