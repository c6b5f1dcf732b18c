import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadInput } from '../load/generator.ts'
import type { Plan, PlanCase } from '../record/plan.ts'
import { toNs } from '../record/units.ts'
import { type Allocation, allocateBlocks } from './allocation.ts'
import { loopback } from './boot-case.ts'
import type { CaseLines } from './case-records.ts'
import { plannedCases } from './decoy.ts'
import { renderLoadInput } from './load-file.ts'

/** Folder of a run that holds what its load generator was told, a file for each case. */
export const loadFolder = 'load'

/** Everything that the load generator is told about a case. */
export function loadInput(plan: Plan, allocation: Allocation, ports: readonly number[]): LoadInput {
  return {
    host: loopback,
    ports: allocation.portOfSlot.map((code) => ports[code] as number),
    offsetsNs: allocation.offsetsNs,
    slotsPerBlock: allocation.slotsPerBlock,
    intervalNs: toNs(plan.intervalMs),
    deadlineMs: plan.requestDeadlineMs,
    ...(plan.traffic === undefined ? {} : { traffic: plan.traffic }),
  }
}

/** A case's file has the number of its place in the plan: a name would tell the generator what the agent sleeps. */
export function loadFile(runPath: string, plan: Plan, caseId: string): string {
  const place = plannedCases(plan).findIndex(({ id }) => id === caseId) + 1
  return join(runPath, loadFolder, `${String(place).padStart(2, '0')}.json`)
}

/** Holds the file of an opened case against what its key makes of the plan: what does not hold, or null. */
export function checkLoadFile(
  runPath: string,
  plan: Plan,
  planCase: PlanCase,
  { key, ports }: CaseLines,
): string | null {
  if (key === undefined) return null
  const file = loadFile(runPath, plan, planCase.id)
  const expected = loadInput(plan, allocateBlocks(plan, planCase, Buffer.from(key, 'hex')), ports)
  const there = existsSync(file) ? readFileSync(file, 'utf8') : null
  return there === renderLoadInput(expected)
    ? null
    : `${planCase.id}: ${file.slice(runPath.length + 1)} is not what its load generator was to be told`
}
