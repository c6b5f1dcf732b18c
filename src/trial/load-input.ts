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

/**
 * Everything that the load generator is told about a case.
 * @param firstRequest where several share an origin, what their requests are told apart by
 */
export function loadInput(
  plan: Plan,
  allocation: Allocation,
  ports: readonly number[],
  firstRequest?: number,
): LoadInput {
  return {
    host: plan.workers?.host ?? loopback,
    ports: allocation.portOfSlot.map((code) => ports[code] as number),
    offsetsNs: allocation.offsetsNs,
    slotsPerBlock: allocation.slotsPerBlock,
    intervalNs: toNs(plan.intervalMs),
    deadlineMs: plan.requestDeadlineMs,
    ...(plan.traffic === undefined ? {} : { traffic: plan.traffic }),
    ...(firstRequest === undefined ? {} : { firstRequest }),
    ...(allocation.requestOfBlock === undefined ? {} : { requestOfBlock: allocation.requestOfBlock }),
  }
}

/** The number of a case's first request, where workers share an origin: cases count on from each other. */
export function firstRequestOf(plan: Plan, caseId: string): number | undefined {
  if (plan.workers === undefined) return undefined
  const before = plan.cases.slice(
    0,
    plan.cases.findIndex(({ id }) => id === caseId),
  )
  return before.reduce(
    (sum, { warmUpBlocks, requests }) => sum + (warmUpBlocks + requests) * plan.arms.length,
    0,
  )
}

/** Where a case stands in the plan, from 1. */
export function placeOf(plan: Plan, caseId: string): number {
  return plannedCases(plan).findIndex(({ id }) => id === caseId) + 1
}

/** A case's file has the number of its place in the plan: a name would tell the generator what the agent sleeps. */
export function loadFile(runPath: string, plan: Plan, caseId: string): string {
  const place = placeOf(plan, caseId)
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
  const allocation = allocateBlocks(plan, planCase, Buffer.from(key, 'hex'))
  const expected = loadInput(plan, allocation, ports, firstRequestOf(plan, planCase.id))
  const there = existsSync(file) ? readFileSync(file, 'utf8') : null
  return there === renderLoadInput(expected)
    ? null
    : `${planCase.id}: ${file.slice(runPath.length + 1)} is not what its load generator was to be told`
}
