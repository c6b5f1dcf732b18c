import { canonicalJson } from '../record/canonical.ts'
import { type ArmName, hashPlan, type Plan, type PlanCase } from '../record/plan.ts'
import { publishedAverages } from '../record/published-average.ts'
import type { LatencyResult, Run } from '../record/run.ts'
import { summariseTraffic } from '../record/traffic.ts'
import { allocateBlocks } from './allocation.ts'
import { analyseBlinded, differences, p99DifferenceMs, summaryInMs } from './blinded-analysis.ts'
import { type CaseLines, groupByCase } from './case-records.ts'
import { conclude } from './conclude.ts'
import { analyseDecoy, decoyId } from './decoy.ts'
import { estimateEffect, shiftEffect } from './effect.ts'
import { effectWarnings } from './effect-warnings.ts'
import { concludeGate } from './gate/conclude-gate.ts'
import { judgeGate } from './gate/judge-gate.ts'
import { adjustLatencies, testLatency, testRun } from './margin-family.ts'
import { judge, lateWarning, openCase, type OpenedCase } from './open-case.ts'
import { nextStep } from './next-step.ts'
import { unblindedText } from './peek.ts'
import { poolPlacebo } from './placebo.ts'
import type { RunRecords } from './run-folder.ts'
import { splitOverhead } from './split-overhead.ts'
import { estimateTail } from './tail-effect.ts'
import { overlapWarning } from './workers/overlap.ts'

/**
 * A run's result from its records alone: no clock, no network, no random number that does not follow from
 * them. The same records give the same bytes.
 */
export function analyseRun({ plan, host, lines, notes, chainFault, ledger }: RunRecords): Run {
  const byCase = groupByCase(lines)
  const opened = publishInOrder(
    plan.cases.flatMap((planCase) => {
      const caseLines = byCase.get(planCase.id)
      const one = caseLines === undefined ? null : analyseCase(plan, planCase, caseLines)
      return one === null ? [] : [one]
    }),
  )
  const start = lines.find((line) => line.type === 'start')
  const end = lines.find((line) => line.type === 'end')
  const gate = judgeGate(plan, opened)
  // A gate has no bypass, so there is no overhead to judge.
  const latencies =
    gate === undefined
      ? adjustLatencies(judgedLatencies(plan).map((latencyMs) => poolLatency(plan, latencyMs, opened)))
      : []
  const pValues = testRun(latencies)
  const placeboMs = poolPlacebo(plan, opened)
  const decoyLines = byCase.get(decoyId)
  const decoy = decoyLines === undefined ? null : analyseDecoy(plan, decoyLines)
  const results = opened.map(({ result }) => result)
  const endReason = end?.reason ?? null
  const concluded =
    gate === undefined
      ? conclude(plan, { results, latencies, pValues, placeboMs, decoy, endReason })
      : concludeGate(plan, { results, gate, endReason })
  return {
    schema: 'spoe-bench/run/1',
    runId: plan.runId,
    startedAt: plan.startedAt,
    condition: plan.condition,
    outcome: chainFault === null ? concluded.outcome : 'invalid',
    reasons: [...(chainFault === null ? [] : [chainFault]), ...concluded.reasons],
    attempt: attemptOf(ledger),
    cases: results,
    latencies,
    pValues,
    placeboMs,
    decoy,
    ...(gate === undefined ? {} : { gate }),
    host,
    ...(plan.agent === undefined ? {} : { agent: plan.agent }),
    ...(plan.workers === undefined ? {} : { workers: plan.workers }),
    ...(plan.traffic === undefined ? {} : { traffic: summariseTraffic(plan.traffic) }),
    planHash: hashPlan(plan),
    commitment: start?.commitment ?? '',
    seed: end?.seed ?? null,
    warnings: [
      ...notes,
      ...(plan.isUnblinded === true ? [unblindedText] : []),
      ...[overlapWarning(plan, byCase)].filter((text) => text !== null),
    ],
  }
}

/** Which attempt at this design it is, as the run's line in the ledger has it. */
function attemptOf(ledger: RunRecords['ledger']): Run['attempt'] {
  const own = ledger.find((line) => line.type === 'commitment')
  return own === undefined ? null : { number: own.attempt, aborted: own.aborted }
}

/** One case, analysed under codes and then opened; null while its key is not in the records. */
export function analyseCase(plan: Plan, planCase: PlanCase, lines: CaseLines): OpenedCase | null {
  if (lines.key === undefined) return null
  const { armOfPort } = allocateBlocks(plan, planCase, Buffer.from(lines.key, 'hex'))
  return openCase(plan, planCase, lines, analyseBlinded(plan, planCase, lines), armOfPort)
}

/** Adds the seed's own estimator, which carries each row into the next one of its latency. */
export function publishInOrder(opened: readonly OpenedCase[]): OpenedCase[] {
  const rowsOf = Map.groupBy(
    opened.filter(({ result, arms }) => result.isJudged && arms.offload !== undefined),
    ({ result }) => result.latencyMs,
  )
  const averages = new Map<string, number>()
  for (const rows of rowsOf.values()) {
    const figures = publishedAverages(rows.map(({ arms }) => arms.offload?.latenciesNs ?? []))
    rows.forEach(({ result }, row) => averages.set(result.id, figures[row] as number))
  }
  return opened.map((one) => ({
    ...one,
    result: { ...one.result, publishedAverageMs: averages.get(one.result.id) ?? null },
  }))
}

function judgedLatencies(plan: Plan): number[] {
  return [...new Set(plan.cases.filter(({ isJudged }) => isJudged).map(({ latencyMs }) => latencyMs))]
}

/** Rows of one latency differ in their number of requests alone: their blocks are pooled and judged together. */
export function poolLatency(plan: Plan, latencyMs: number, opened: readonly OpenedCase[]): LatencyResult {
  const planned = plan.cases.filter((planCase) => planCase.isJudged && planCase.latencyMs === latencyMs)
  const cases = opened.filter(({ result }) => planned.some(({ id }) => id === result.id))
  const pool = (arm: ArmName, what: 'latenciesNs' | 'netNs'): number[] =>
    cases.flatMap(({ arms }) => arms[arm]?.[what] ?? [])
  const options = { level: plan.level, resamples: plan.bootstrapResamples }
  const effect = (first: number[], second: number[]): ReturnType<typeof estimateEffect> | null =>
    first.length === 0 || first.length !== second.length
      ? null
      : estimateEffect(differences(first, second), options)
  const bypass = pool('bypass', 'netNs')
  const offload = pool('offload', 'netNs')
  const overheadMs = effect(offload, bypass)

  const split = splitOverhead(cases, options)
  const penalty = effect(pool('offload', 'latenciesNs'), bypass)
  const faulty = cases.filter(({ result }) => result.faults.length > 0).map(({ result }) => result.id)
  // A row of ten has no verdict after one late start; what counts for the latency is all its blocks.
  const lateStarts = cases.reduce((sum, { result }) => sum + result.lateStarts, 0)
  const late = lateWarning(plan, lateStarts, offload.length)
  const isWhole = cases.length === planned.length && faulty.length === 0 && late === null
  const arms: LatencyResult['arms'] = Object.fromEntries(
    plan.arms.flatMap((arm) => {
      const latenciesNs = pool(arm, 'latenciesNs')
      return latenciesNs.length === 0 ? [] : [[arm, summaryInMs(latenciesNs)] as const]
    }),
  )
  return {
    latencyMs,
    cases: cases.map(({ result }) => result.id),
    blocks: offload.length,
    arms,
    overheadMs,
    relativeOverhead: relativeOverhead(overheadMs, arms),
    overheadP99Ms: overheadMs === null ? null : p99DifferenceMs(offload, bypass),
    overheadP99: overheadMs === null ? null : estimateTail(offload, bypass, options),
    ...(split === undefined ? {} : { split }),
    penaltyMs: penalty === null || plan.agent !== undefined ? null : shiftEffect(penalty, -latencyMs),
    placeboMs: effect(pool('placebo', 'netNs'), bypass),
    marginMs: plan.marginMs,
    verdict: isWhole ? judge(overheadMs, plan.marginMs) : null,
    next: isWhole && overheadMs !== null ? nextStep(overheadMs, plan.marginMs) : null,
    pValues: isWhole && overheadMs !== null ? testLatency(differences(offload, bypass), plan.marginMs) : null,
    lateStarts,
    warnings: [
      ...(late === null ? [] : [late]),
      ...(overheadMs === null ? [] : effectWarnings(overheadMs)),
      ...(faulty.length > 0 ? [`no verdict: ${faulty.join(', ')} had faults`] : []),
    ],
  }
}

/**
 * The overhead in units of a request without SPOE. A machine that gets slower makes both slower: over twenty
 * runs in 34 minutes the overhead varied by 15 to 29 % and this by 5 to 8 % (METHODOLOGY.md).
 */
function relativeOverhead(
  overheadMs: LatencyResult['overheadMs'],
  { bypass }: LatencyResult['arms'],
): number | null {
  return overheadMs === null || bypass === undefined ? null : overheadMs.estimate / bypass.median
}

/** run.json as it is written: names sorted, so that the same run is the same bytes. */
export function renderRun(run: Run): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(JSON.parse(JSON.stringify(run)))), null, 2)}\n`
}
