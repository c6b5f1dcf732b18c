import type { Plan, PlanCase } from '../record/plan.ts'
import { caseNameWithMode } from '../report/case-name.ts'
import { formatNominal } from '../report/format.ts'
import { analysisDurationMs, blockDurationMs, blockLagMs, caseOverheadMs } from '../trial/case-duration.ts'
import { decoyId, plannedCases } from '../trial/decoy.ts'

/** A stretch of a run that boots what it needs, sends blocks and is analysed: a case, a row, a unit. */
export interface WorkStep {
  /** What a person calls it. */
  readonly name: string
  readonly blocks: number
  readonly blockMs: number
  /** Until its first start, as long as no boot was seen. */
  readonly bootMs: number
  /** By how much its blocks end later than their place in the schedule. */
  readonly lagMs: number
  /** After its last block. */
  readonly analysisMs: number
}

/** From its boot to the end of its analysis. */
export function stepMs({ blocks, blockMs, bootMs, lagMs, analysisMs }: WorkStep): number {
  return bootMs + lagMs + blocks * blockMs + analysisMs
}

/** The work of a plan, case by case, the decoy last. */
export function workOf(plan: Plan): WorkStep[] {
  return plannedCases(plan).map((planCase) => ({
    name: nameOf(planCase),
    blocks: planCase.warmUpBlocks + planCase.requests,
    blockMs: blockDurationMs(plan, planCase.latencyMs),
    bootMs: caseOverheadMs(plan, planCase.latencyMs),
    lagMs: blockLagMs(plan, planCase.latencyMs),
    analysisMs: analysisDurationMs(plan, planCase.requests),
  }))
}

/** From the end of the last analysis to the reports, in ms: they are made from the records, so all is analysed again. */
export function reportsMs(steps: readonly WorkStep[]): number {
  return steps.reduce((sum, { analysisMs }) => sum + analysisMs, 1_000)
}

/**
 * The steps that will be begun before so much time is up, where time and not a plan ends a session; at least one.
 * @param stepOf the step whose turn it is, from 0
 */
export function fillTime(leftMs: number, stepOf: (turn: number) => WorkStep): WorkStep[] {
  const steps: WorkStep[] = []
  let usedMs = 0
  while (steps.length === 0 || usedMs < leftMs) {
    const step = stepOf(steps.length)
    steps.push(step)
    usedMs += stepMs(step)
  }
  return steps
}

function nameOf(planCase: PlanCase): string {
  const { id, latencyMs } = planCase
  if (id === decoyId) return 'decoy'
  const [, round] = /-round-(\d+)$/.exec(id) ?? []
  if (round !== undefined) return `${formatNominal(latencyMs)}, round ${round}`
  return caseNameWithMode(planCase)
}
