import type { Plan } from '../../record/plan.ts'
import type { CaseResult, GateLatency, GateResult } from '../../record/run.ts'
import { type Conclusion, describeFaults } from '../conclude.ts'
import { lateWarning } from '../open-case.ts'
import { unblindedText } from '../peek.ts'
import { latencyWords } from './gate-words.ts'
import { upperBound } from './judge-gate.ts'

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
    return { outcome: 'exceeds', reasons: slower.flatMap((latency) => explainLatency(gate, latency) ?? []) }
  }
  const open = gate.latencies.filter(({ verdict }) => verdict !== 'within')
  return {
    outcome: open.length === 0 ? 'within' : 'inconclusive',
    reasons: open.flatMap((latency) => explainLatency(gate, latency) ?? []),
  }
}

/** Why a latency is not within, in a sentence; null where it is. */
export function explainLatency(gate: GateResult, latency: GateLatency): string | null {
  if (latency.verdict === 'within') return null
  return latency.verdict === 'exceeds' ? describeRegression(gate, latency) : describeOpen(gate, latency)
}

function describeRegression(gate: GateResult, { latencyMs, differenceMs, pAdjusted }: GateLatency): string {
  return (
    `${latencyWords(gate, latencyMs)}: the candidate is slower by ${differenceMs?.estimate.toFixed(3)} ms, ` +
    `more than ${gate.marginMs} ms: p = ${pAdjusted?.toPrecision(2)} after Holm, ${gate.anyLevel} is needed`
  )
}

function describeOpen(gate: GateResult, latency: GateLatency): string {
  const { latencyMs, roundsMs, blocks, pBlocks } = latency
  const upper = upperBound(latency)
  const about = latencyWords(gate, latencyMs)
  if (upper === null) return `${about}: ${blocks} blocks in ${roundsMs.length} rounds are too few for a bound`
  if (pBlocks !== null && pBlocks <= gate.anyLevel) {
    const [lowest, highest] = [Math.min(...roundsMs), Math.max(...roundsMs)].map((ms) => ms.toFixed(3))
    return `${about}: the candidate is slower over all blocks, but its rounds differ too much to be sure: ${lowest} to ${highest} ms`
  }
  return `${about}: the candidate may be slower by ${upper.toFixed(3)} ms, ${gate.withinMs} ms are allowed`
}
