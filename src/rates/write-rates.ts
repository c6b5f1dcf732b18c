import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RatesRecord } from '../record/rates.ts'
import { renderRates } from './rates-table.ts'

/** results/<run-id>/rates.json, as far as it goes: a run that is cut off keeps its stretches. */
export function saveRates(resultsDir: string, record: RatesRecord): string {
  const path = join(resultsDir, record.plan.runId)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'rates.json'), `${JSON.stringify(record)}\n`)
  return path
}

/** rates.txt and rates.svg beside it. @returns the table */
export async function writeRates(resultsDir: string, record: RatesRecord): Promise<string> {
  const path = saveRates(resultsDir, record)
  const table = renderRates(record)
  writeFileSync(join(path, 'rates.txt'), `${table}\n`)
  // What draws takes 60 MB, which the measuring process has no use for before.
  const { renderRatesChart } = await import('./rates-chart.ts')
  writeFileSync(join(path, 'rates.svg'), await renderRatesChart(record))
  return table
}
