import type { ArmName, Plan } from '../../record/plan.ts'
import type { GateLatency, GateResult, Verdict } from '../../record/run.ts'
import { toMs, toNs } from '../../record/units.ts'
import { blockOnce } from '../../stats/blocking.ts'
import { hodgesLehmann } from '../../stats/hodges-lehmann.ts'
import { adjustHolm } from '../../stats/holm.ts'
import { testMargin } from '../../stats/margin-test.ts'
import { differences, summaryInMs } from '../blinded-analysis.ts'
import { effectWarnings } from '../effect-warnings.ts'
import { estimateEffect } from '../effect.ts'
import { lateWarning, type OpenedCase } from '../open-case.ts'
import { estimateTail } from '../tail-effect.ts'
import { poolRounds } from './pool-rounds.ts'

/** Candidate against base, every latency with all its rounds pooled; undefined for a run that is no gate. */
export function judgeGate(plan: Plan, opened: readonly OpenedCase[]): GateResult | undefined {
  const { gate, marginMs } = plan
  if (gate === undefined) return undefined
  const latenciesMs = [...new Set(plan.cases.map(({ latencyMs }) => latencyMs))]
  const pooled = latenciesMs.map((latencyMs) => poolGateLatency(plan, latencyMs, opened))
  const pValues = pooled.flatMap(({ p }) => p ?? [])
  const adjusted = pValues.length === pooled.length ? adjustHolm(pValues) : null
  const { base, candidate, hasDelay, asked, withinMs, anyLevel } = gate
  return {
    base,
    candidate,
    hasDelay,
    marginMs,
    withinMs,
    anyLevel,
    ...(asked === undefined ? {} : { asked }),
    latencies: pooled.map((latency, index): GateLatency => {
      const pAdjusted = adjusted?.[index] ?? null
      return { ...latency, pAdjusted, verdict: decide({ ...latency, pAdjusted }, gate) }
    }),
  }
}

/**
 * The bound that `within` takes, in ms: the further one of those over blocks and over rounds; null where either is
 * missing.
 */
export function upperBound({
  differenceMs,
  overRoundsMs,
}: Pick<GateLatency, 'differenceMs' | 'overRoundsMs'>): number | null {
  const ofBlocks = differenceMs?.bounds.upper ?? null
  const ofRounds = overRoundsMs?.bounds.upper ?? null
  return ofBlocks === null || ofRounds === null ? null : Math.max(ofBlocks, ofRounds)
}

/** A regression goes first: a candidate that is surely slower by a little is not "within". */
function decide(
  latency: Pick<GateLatency, 'differenceMs' | 'overRoundsMs' | 'pAdjusted'>,
  { withinMs, anyLevel }: Pick<GateResult, 'withinMs' | 'anyLevel'>,
): Verdict | null {
  const upper = upperBound(latency)
  if (latency.pAdjusted === null || upper === null) return null
  if (latency.pAdjusted <= anyLevel) return 'exceeds'
  return upper < withinMs ? 'within' : 'inconclusive'
}

function poolGateLatency(plan: Plan, latencyMs: number, opened: readonly OpenedCase[]): GateLatency {
  const planned = plan.cases.filter((planCase) => planCase.latencyMs === latencyMs)
  const cases = opened.filter(({ result }) => planned.some(({ id }) => id === result.id))
  const pool = (arm: ArmName): number[] => cases.flatMap(({ arms }) => arms[arm]?.latenciesNs ?? [])
  const [base, candidate] = [pool('base'), pool('candidate')]
  const blocks = base.length
  const isEven = blocks > 0 && blocks === candidate.length
  const isWhole = cases.length === planned.length && cases.every(({ result }) => result.faults.length === 0)
  const options = { level: plan.level, resamples: plan.bootstrapResamples }
  const both = isEven ? differences(candidate, base) : []
  const effect = isEven ? estimateEffect(both, options) : null
  const lateStarts = cases.reduce((sum, { result }) => sum + result.lateStarts, 0)
  const late = lateWarning(plan, lateStarts, blocks)
  const roundsMs = cases.flatMap(({ arms }) =>
    arms.base === undefined || arms.candidate === undefined
      ? []
      : toMs(hodgesLehmann(differences(arms.candidate.latenciesNs, arms.base.latenciesNs))),
  )
  const overRounds = poolRounds(roundsMs, plan)
  const isJudged = isEven && isWhole && late === null
  const pBlocks = isJudged ? testMargin(blockOnce(both).differences, toNs(plan.marginMs)).exceeds : null
  const pRounds = isJudged ? overRounds.p : null
  return {
    latencyMs,
    cases: cases.map(({ result }) => result.id),
    blocks,
    arms: isEven ? { base: summaryInMs(base), candidate: summaryInMs(candidate) } : {},
    differenceMs: effect,
    roundsMs,
    overRoundsMs: overRounds.effect,
    tailMs: isEven ? estimateTail(candidate, base, options) : null,
    pBlocks,
    pRounds,
    // Blocks are too sure where processes differ, rounds where they happen to agree: a regression has to be one to both.
    p: pBlocks === null || pRounds === null ? null : Math.max(pBlocks, pRounds),
    pAdjusted: null,
    verdict: null,
    lateStarts,
    warnings: [...(late === null ? [] : [late]), ...(effect === null ? [] : effectWarnings(effect))],
  }
}
