import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderComparisonChart } from './comparison-chart.ts'
import { renderComparison } from './comparison-table.ts'
import type { Comparison } from './comparison.ts'

/** results/<run-id>/exporter.json, as far as it goes: a run that is cut off keeps its cells. */
export function saveComparison(resultsDir: string, comparison: Comparison): string {
  const path = join(resultsDir, comparison.runId)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'exporter.json'), `${JSON.stringify(comparison, null, 2)}\n`)
  return path
}

/** table.txt and chart.svg beside it. @returns the table */
export async function writeComparison(resultsDir: string, comparison: Comparison): Promise<string> {
  const path = saveComparison(resultsDir, comparison)
  const table = renderComparison(comparison)
  writeFileSync(join(path, 'table.txt'), `${table}\n`)
  writeFileSync(join(path, 'chart.svg'), await renderComparisonChart(comparison))
  return table
}
