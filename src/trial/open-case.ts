import type { ArmName, Plan, PlanCase } from '../record/plan.ts'
import type { CaseResult, Effect, Verdict } from '../record/run.ts'
import { decideMargin } from '../stats/decision.ts'
import type { BlindedCase, BlindedPort } from './blinded-analysis.ts'
import { pairOf } from './blinded-analysis.ts'
import type { CaseLines } from './case-records.ts'
import { effectWarnings } from './effect-warnings.ts'
import { shiftEffect } from './effect.ts'
import { healthWarnings } from './health-warnings.ts'
import { openedWarning } from './opened-connections.ts'
import type { Fault } from './join.ts'
import { estimateTail } from './tail-effect.ts'

/** A case once it is known which code was which arm. */
export interface OpenedCase {
  readonly result: CaseResult
  readonly arms: Partial<Record<ArmName, BlindedPort>>
}

/**
 * Opens a case: gives the arms of `armOfPort` to what was found under codes, and decides against the margin.
 */
export function openCase(
  plan: Plan,
  planCase: PlanCase,
  lines: CaseLines,
  blinded: BlindedCase,
  armOfPort: readonly ArmName[],
): OpenedCase {
  const code = (arm: ArmName): number => armOfPort.indexOf(arm)
  const arms: Partial<Record<ArmName, BlindedPort>> = {}
  for (const arm of plan.arms) {
    const port = blinded.ports[code(arm)]
    if (port !== undefined) arms[arm] = port
  }
  const faults = [...blinded.faults, ...checkArms(planCase, arms)]
  const offload = pairOf(blinded, code('offload'), code('bypass'))
  const overheadMs = offload?.net ?? null
  const health = {
    stealShare: lines.stealShare,
    startDelayMs: blinded.startDelayMs,
    roundTripMs: lines.roundTripMs,
  }
  const late = lateWarning(plan, blinded.lateStarts, planCase.requests)
  return {
    arms,
    result: {
      id: planCase.id,
      latencyMs: planCase.latencyMs,
      requests: planCase.requests,
      condition: plan.condition,
      mode: planCase.mode,
      isJudged: planCase.isJudged,
      arms: Object.fromEntries(Object.entries(arms).map(([arm, port]) => [arm, port.latencyMs])),
      agentSleepMs: plan.agent === undefined ? (arms.offload?.sleepMs ?? null) : null,
      overheadMs,
      penaltyMs:
        offload === null || plan.agent !== undefined ? null : shiftEffect(offload.gross, -planCase.latencyMs),
      placeboMs: pairOf(blinded, code('placebo'), code('bypass'))?.net ?? null,
      overheadP99Ms: offload?.netP99Ms ?? null,
      overheadP99:
        arms.offload === undefined || arms.bypass === undefined
          ? null
          : estimateTail(arms.offload.netNs, arms.bypass.netNs, {
              level: plan.level,
              resamples: plan.bootstrapResamples,
            }),
      marginMs: plan.marginMs,
      publishedAverageMs: null,
      verdict:
        faults.length > 0 || late !== null || !planCase.isJudged ? null : judge(overheadMs, plan.marginMs),
      lateStarts: blinded.lateStarts,
      timedHellos: blinded.timedHellos,
      bootMs: lines.bootMs,
      ...health,
      faults: countFaults(faults),
      warnings: [
        ...(late === null ? [] : [late]),
        ...helloWarning(plan, blinded.timedHellos),
        ...openedWarning(plan, planCase, lines),
        ...(overheadMs === null ? [] : effectWarnings(overheadMs)),
        ...healthWarnings({ ...health, overheadMs }),
      ],
    },
  }
}

/** Why `blocks` blocks with so many late starts have no verdict, or null. One late start is enough for a row of ten. */
export function lateWarning(plan: Plan, lateStarts: number, blocks: number): string | null {
  const requests = blocks * plan.arms.length
  if (lateStarts <= plan.lateShare * requests) return null
  return `no verdict: ${lateStarts} of ${requests} requests started late`
}

/** A release that may open connections as it likes: what that costs belongs to it, and the reader is told. */
function helloWarning(plan: Plan, timedHellos: number): string[] {
  if (plan.timedHellos !== null || timedHellos === 0) return []
  return [
    `HAProxy opened ${timedHellos} connections to the agent while it was timed: their HELLOs are in the overhead`,
  ]
}

/** Within, exceeds or inconclusive by the one-sided bounds; null where there are too few blocks for a bound. */
export function judge(overhead: Effect | null, marginMs: number): Verdict | null {
  if (overhead === null) return null
  const verdict = decideMargin(overhead.bounds, marginMs)
  return verdict === 'insufficient' ? null : verdict
}

/** What can be checked only now: that the filter was where it was meant to be, and nowhere else. */
function checkArms(planCase: PlanCase, arms: OpenedCase['arms']): Fault[] {
  return Object.entries(arms).flatMap(([arm, port]): Fault[] => {
    const expected = hasAgent(arm as ArmName) ? planCase.requests : 0
    if (port.notified === expected) return []
    return [
      {
        kind: 'notify-count',
        message: `expected ${expected} requests of the arm ${arm} to cross an agent, ${port.notified} did`,
      },
    ]
  })
}

function hasAgent(arm: ArmName): boolean {
  return arm === 'offload' || arm === 'base' || arm === 'candidate'
}

function countFaults(faults: readonly Fault[]): CaseResult['faults'] {
  const kinds = Map.groupBy(faults, (fault) => fault.kind)
  return [...kinds].map(([kind, list]) => ({ kind, count: list.length, first: list[0]?.message ?? '' }))
}
