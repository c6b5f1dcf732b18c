import type { SampleLine } from '../record/samples.ts'
import { type CaseLines, groupByCase } from './case-records.ts'
import { runCase, type RunCaseOptions } from './run-case.ts'
import { TrialError } from './trial-error.ts'

/**
 * Measures one case that belongs to no run folder: its records stay in memory.
 *
 * @throws {TrialError} `case` when the offload does not prove itself, `interrupted`
 */
export async function measureCase(options: Omit<RunCaseOptions, 'append'>): Promise<CaseLines> {
  const lines: SampleLine[] = []
  await runCase({ ...options, append: (line) => lines.push(line) })
  const caseLines = groupByCase(lines).get(options.planCase.id)
  if (caseLines === undefined)
    throw new TrialError('case', `The case ${options.planCase.id} left no records.`)
  return caseLines
}
