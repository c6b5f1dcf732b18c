import type { Plan } from '../../record/plan.ts'
import type { CaseResult, GateLatency, GateResult } from '../../record/run.ts'
import { type Conclusion, describeFaults } from '../conclude.ts'
import { lateWarning } from '../open-case.ts'
import { unblindedText } from '../peek.ts'
import { latencyWords } from './gate-words.ts'

export interface GateFound {
  readonly results: readonly CaseResult[]
  readonly gate: GateResult
  readonly endReason: 'complete' | 'interrupted' | null
}

/** What a gate comes to. Faults go before what is missing, and both before any verdict. */
export function concludeGate(plan: Plan, { results, gate, endReason }: GateFound): Conclusion {
  const faults = results
    .filter((result) => result.faults.length > 0)
    .map((result) => `${result.id}: ${describeFaults(result)}`)
  if (faults.length > 0) return { outcome: 'invalid', reasons: faults }
  if (results.length < plan.cases.length || endReason !== 'complete') {
    const how = endReason === null ? 'it ended before its time' : 'it was interrupted or a case failed'
    return {
      outcome: 'incomplete',
      reasons: [`${results.length} of ${plan.cases.length} cases are there: ${how}`],
    }
  }
  const late = gate.latencies.flatMap(({ latencyMs, lateStarts, blocks }) => {
    const warning = lateWarning(plan, lateStarts, blocks)
    return warning === null ? [] : [`${latencyWords(gate, latencyMs)}: ${warning}`]
  })
  if (late.length > 0) return { outcome: 'invalid', reasons: late }
  if (plan.isUnblinded === true) return { outcome: 'unblinded', reasons: [unblindedText] }
  const slower = gate.latencies.filter(({ verdict }) => verdict === 'exceeds')
  if (slower.length > 0) {
    return { outcome: 'exceeds', reasons: slower.map((latency) => describeRegression(gate, latency)) }
  }
  const open = gate.latencies.filter(({ verdict }) => verdict !== 'within')
  return {
    outcome: open.length === 0 ? 'within' : 'inconclusive',
    reasons: open.map((latency) => describeOpen(gate, latency)),
  }
}

function describeRegression(gate: GateResult, { latencyMs, differenceMs, pAdjusted }: GateLatency): string {
  return (
    `${latencyWords(gate, latencyMs)}: the candidate is slower by ${differenceMs?.estimate.toFixed(3)} ms, ` +
    `more than ${gate.marginMs} ms: p = ${pAdjusted?.toPrecision(2)} after Holm, ${gate.anyLevel} is needed`
  )
}

function describeOpen(gate: GateResult, latency: GateLatency): string {
  const { latencyMs, differenceMs, roundsMs, blocks, pAdjusted } = latency
  const upper = differenceMs?.bounds.upper ?? null
  if (pAdjusted !== null && pAdjusted <= gate.anyLevel) {
    const slower = roundsMs.filter((estimateMs) => estimateMs > gate.marginMs).length
    return `${latencyWords(gate, latencyMs)}: the candidate is slower over all, and in ${slower} of ${roundsMs.length} rounds only`
  }
  return upper === null
    ? `${latencyWords(gate, latencyMs)}: ${blocks} blocks are too few for a bound`
    : `${latencyWords(gate, latencyMs)}: the candidate may be slower by ${upper.toFixed(3)} ms, ${gate.withinMs} ms are allowed`
}
