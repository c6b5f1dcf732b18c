import type { Plan } from '../record/plan.ts'
import type { CaseResult, DecoyResult, Effect, LatencyResult, Outcome, RunTest } from '../record/run.ts'
import { decideAllWithin } from '../stats/decision.ts'

import { decoyFault } from './decoy.ts'
import { lateWarning } from './open-case.ts'
import { unblindedText } from './peek.ts'
import { placeboFault } from './placebo.ts'

export interface Found {
  readonly results: readonly CaseResult[]
  readonly latencies: readonly LatencyResult[]
  readonly pValues: RunTest | null
  readonly placeboMs: Effect | null
  readonly decoy: DecoyResult | null
  /** How the run ended; null: it did not say. */
  readonly endReason: 'complete' | 'interrupted' | null
}

export interface Conclusion {
  readonly outcome: Outcome
  /** Why the outcome is not a plain verdict, a sentence each. */
  readonly reasons: string[]
}

/** What the run comes to. Faults go before what is missing, and both before any verdict. */
export function conclude(plan: Plan, found: Found): Conclusion {
  const faults = collectFaults(found)
  if (faults.length > 0) return { outcome: 'invalid', reasons: faults }
  const { results, latencies, endReason } = found
  if (results.length < plan.cases.length || endReason !== 'complete') {
    const how =
      endReason === 'interrupted'
        ? 'the run was interrupted, a case failed, or the others were not asked for'
        : 'it ended before its time'
    return {
      outcome: 'incomplete',
      reasons: [`${results.length} of ${plan.cases.length} cases are there: ${how}`],
    }
  }
  if (plan.decoy !== undefined && found.decoy === null) {
    return { outcome: 'incomplete', reasons: ['the decoy was planned and not measured'] }
  }
  const late = latencies.flatMap(({ latencyMs, lateStarts, blocks }) => {
    const warning = lateWarning(plan, lateStarts, blocks)
    return warning === null ? [] : [`${latencyMs} ms: ${warning}`]
  })
  const placebo = placeboFault(found.placeboMs)
  const missed = decoyFault(found.decoy)
  const distrust = [...late, ...[placebo, missed].filter((text) => text !== null)]
  if (distrust.length > 0) return { outcome: 'invalid', reasons: distrust }
  if (plan.isUnblinded === true) return { outcome: 'unblinded', reasons: [unblindedText] }
  if (!plan.arms.includes('bypass')) {
    return { outcome: 'measured', reasons: ['no bypass arm was measured, so no overhead is claimed'] }
  }
  return judgeRun(latencies, found.pValues)
}

function collectFaults({ results, decoy }: Found): string[] {
  const ofCases = results
    .filter(({ faults }) => faults.length > 0)
    .map((result) => `${result.id}: ${describeFaults(result)}`)
  return [...ofCases, ...(decoy?.faults ?? []).map((fault) => `decoy: ${fault}`)]
}

/** "All within" needs no correction, "any exceeds" needs Holm: one of five exceeds by chance more often. */
function judgeRun(latencies: readonly LatencyResult[], pValues: RunTest | null): Conclusion {
  const verdict = decideAllWithin(latencies.map((latency) => latency.verdict ?? 'insufficient'))
  if (verdict === 'insufficient') {
    return { outcome: 'inconclusive', reasons: latencies.flatMap(openQuestion) }
  }
  if (verdict !== 'exceeds') return { outcome: verdict, reasons: latencies.flatMap(openQuestion) }
  if (pValues === null || pValues.anyExceeds <= pValues.anyLevel) return { outcome: verdict, reasons: [] }
  const alone = latencies.filter((latency) => latency.verdict === 'exceeds')
  return {
    outcome: 'inconclusive',
    reasons: alone.map(
      ({ latencyMs }) =>
        `${latencyMs} ms exceeds the margin taken alone, and not as one of ${latencies.length}: ` +
        `p = ${pValues.anyExceeds.toPrecision(2)} after Holm, ${pValues.anyLevel} is needed`,
    ),
  }
}

/** What is open at a latency, and what would close it. */
function openQuestion({ latencyMs, verdict, next }: LatencyResult): string[] {
  return next === null ? [] : [`${latencyMs} ms: ${verdict ?? 'insufficient'}: ${next}`]
}

/** The faults of a case in words, the kinds one after the other. */
export function describeFaults({ faults }: CaseResult): string {
  return faults.map(({ kind, count, first }) => `${kind} (${count}): ${first}`).join('; ')
}
