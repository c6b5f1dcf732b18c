import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson, sha256 } from '../../record/canonical.ts'
import { chainRow, hashRow, unchainRow } from '../../record/chain.ts'
import { hashPlan, type Plan } from '../../record/plan.ts'
import type { SampleLine } from '../../record/samples.ts'
import { analyseBlinded, hashBlinded } from '../../trial/blinded-analysis.ts'
import { groupByCase } from '../../trial/case-records.ts'
import { plannedCases, planOfCase } from '../../trial/decoy.ts'
import { writeReports } from '../write-reports.ts'

/** What a forger makes again after a change, so that it fits; he can leave one out. */
export type Seal = 'start' | 'freeze' | 'chain' | 'ledger'

export const rowsOf = (text: string): string[] => text.trimEnd().split('\n')

/**
 * What somebody does who knows how a run is sealed: after a change he makes every hash again that he can, and
 * the reports. He can't change the commitment, which was announced: the run's first line in the ledger.
 */
export async function forge(path: string, except?: Seal): Promise<void> {
  const read = (file: string): string => readFileSync(join(path, file), 'utf8')
  const plan = JSON.parse(read('plan.json')) as Plan
  const rows = rowsOf(read('samples.jsonl')).map((row) => unchainRow(row))
  const lines = rows.map(({ line }) => line as SampleLine)
  const byCase = groupByCase(lines)
  for (const line of lines) {
    if (line.type === 'start' && except !== 'start') {
      line.planHash = hashPlan(plan)
      line.hostHash = sha256(canonicalJson(JSON.parse(read('host.json'))))
    }
    const planCase = plannedCases(plan).find(({ id }) => 'case' in line && id === line.case)
    if (line.type !== 'freeze' || except === 'freeze' || planCase === undefined) continue
    const caseLines = byCase.get(line.case)
    if (caseLines !== undefined)
      line.hash = hashBlinded(analyseBlinded(planOfCase(plan, planCase.id), planCase, caseLines))
  }
  const ledger = rowsOf(read('ledger.jsonl'))
  let previous = hashRow(ledger[0] as string)
  const samples = rows.map((row, index) => {
    const link = except === 'chain' ? String(row.previous) : previous
    const made = chainRow(lines[index] as SampleLine, link)
    previous = hashRow(made)
    return made
  })
  writeFileSync(join(path, 'samples.jsonl'), `${samples.join('\n')}\n`)
  const end = ledger[1]
  if (except !== 'ledger' && end !== undefined) {
    const own = { ...(unchainRow(end).line as object), samplesHash: previous }
    writeFileSync(
      join(path, 'ledger.jsonl'),
      `${ledger[0]}\n${chainRow(own, hashRow(ledger[0] as string))}\n`,
    )
  }
  await writeReports(path)
}
