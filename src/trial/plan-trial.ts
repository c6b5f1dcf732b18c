import {
  type ArmName,
  type Condition,
  type Mode,
  type Plan,
  type PlanCase,
  warmUpBlocks,
} from '../record/plan.ts'

/** The fixed numbers of every trial; each is argued for in METHODOLOGY.md. */
const defaults = {
  intervalMs: 3,
  jitterMs: 1,
  lateShare: 0.02,
  level: 0.95,
  bootstrapResamples: 1_999,
} as const

export interface TrialDesign {
  readonly runId: string
  readonly startedAt: string
  readonly condition: Condition
  readonly arms: readonly ArmName[]
  readonly agentSleepsMs: readonly number[]
  readonly requests: readonly number[]
  readonly marginMs: number
  readonly mode: Mode
  /** One case that is measured once more with the machine left as it is, to stand beside the others. */
  readonly asIsBeside?: { readonly latencyMs: number; readonly requests: number }
}

export function caseIdOf(latencyMs: number, requests: number): string {
  return `${latencyMs}ms-${requests}`
}

/** The plan of a trial: every agent sleep with every number of requests. */
export function planTrial(design: TrialDesign): Plan {
  const blockMs = defaults.intervalMs * design.arms.length
  const planCase = (latencyMs: number, requests: number): PlanCase => ({
    id: caseIdOf(latencyMs, requests),
    latencyMs,
    requests,
    // One at a time there is no concurrency to reach; the discarded blocks remain.
    warmUpBlocks: warmUpBlocks(design.condition === 'paced' ? latencyMs : 0, blockMs),
    mode: design.mode,
    isJudged: true,
  })
  const cases = design.agentSleepsMs.flatMap((latencyMs) =>
    design.requests.map((n) => planCase(latencyMs, n)),
  )
  if (design.asIsBeside !== undefined && design.mode === 'awake') {
    const { latencyMs, requests } = design.asIsBeside
    const beside = planCase(latencyMs, requests)
    cases.push({ ...beside, id: `${beside.id}-as-is`, mode: 'as-is', isJudged: false })
  }
  return {
    schema: 'spoe-bench/plan/1',
    runId: design.runId,
    startedAt: design.startedAt,
    condition: design.condition,
    arms: [...design.arms],
    ...defaults,
    timedHellos: 3,
    requestDeadlineMs: 30_000,
    marginMs: design.marginMs,
    cases,
  }
}
