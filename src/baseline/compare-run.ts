import type { LatencyResult, Run, Verdict } from '../record/run.ts'
import { adjustHolm } from '../stats/holm.ts'
import { type Prediction, predictionReach, predictNext, testPrediction } from '../stats/prediction.ts'
import { BaselineError } from './baseline-error.ts'
import { type Baseline, type BaselineFile, currentBaseline, runsNeeded } from './record.ts'

/** Level of the interval that a new run is expected in, and of the one-sided bound of `within`. */
export const comparisonLevel = 0.95

/** "Any latency got slower" may be false once in a hundred comparisons: the same as for a run's own margin. */
export const slowerLevel = 0.01

/**
 * How much slower a latency may have become, if nobody says otherwise: what nineteen unchanged runs needed to be
 * told apart from slower ones on a two-core virtual machine (METHODOLOGY.md, "Baselines").
 */
export const defaultMarginMs = 0.15

/** One latency of a new run, beside the runs of a baseline; times in ms. */
export interface LatencyComparison {
  readonly latencyMs: number
  readonly estimate: number
  /** Of the runs of the baseline, at the speed that the machine had in the new run. */
  readonly prediction: Prediction
  /** Where one new run like those of the baseline would lie, at `comparisonLevel`. */
  readonly lower: number
  readonly upper: number
  readonly marginMs: number
  readonly p: {
    readonly within: number
    readonly exceeds: number
    /** By Holm over all latencies. */
    readonly exceedsAdjusted: number
  }
  readonly verdict: Verdict
  /** Against the oldest baseline; null: there is one only. */
  readonly drift: { readonly estimate: number; readonly reach: number } | null
}

export interface Comparison {
  readonly outcome: Verdict
  readonly latencies: readonly LatencyComparison[]
  readonly baseline: Baseline
  readonly oldest: Baseline | null
}

/**
 * Holds a run against the spread of the runs of a baseline. A latency is `within` when the run comes from no more
 * than the margin above their mean (one-sided at 95 %; "all within" needs no correction), `exceeds` when Holm at 1 %
 * over all latencies says that it comes from more, `inconclusive` otherwise.
 * @throws {BaselineError} `not-comparable` when the baseline has too few runs, or a latency is missing
 */
export function compareRun(
  latencies: Run['latencies'],
  file: BaselineFile,
  marginMs = defaultMarginMs,
): Comparison {
  const baseline = currentBaseline(file)
  requireRuns(baseline)
  const [first] = file.baselines
  const oldest = first === undefined || first === baseline || first.runs.length < 2 ? null : first
  const raw = latencies.map((latency) => {
    const found = requireEstimate(latency)
    const prediction = predictNext(estimatesAt(baseline, found))
    return { found, prediction, p: testPrediction(prediction, found.estimate, marginMs) }
  })
  const adjusted = adjustHolm(raw.map(({ p }) => p.exceeds))
  const compared = raw.map(({ found, prediction, p }, index): LatencyComparison => {
    const reach = predictionReach(prediction, comparisonLevel)
    const exceedsAdjusted = adjusted[index] as number
    return {
      latencyMs: found.latencyMs,
      estimate: found.estimate,
      prediction,
      lower: prediction.mean - reach,
      upper: prediction.mean + reach,
      marginMs,
      p: { ...p, exceedsAdjusted },
      verdict: decide(p.within, exceedsAdjusted),
      drift: oldest === null ? null : driftFrom(oldest, found),
    }
  })
  return { outcome: concludeAll(compared), latencies: compared, baseline, oldest }
}

/** @param exceeds adjusted for all latencies */
export function decide(within: number, exceeds: number): Verdict {
  if (exceeds <= slowerLevel) return 'exceeds'
  return within <= 1 - comparisonLevel ? 'within' : 'inconclusive'
}

/** @throws {BaselineError} `not-comparable` */
export function requireRuns({ runs }: Baseline): void {
  if (runs.length >= runsNeeded) return
  throw new BaselineError(
    'not-comparable',
    `The baseline holds ${runs.length} of the ${runsNeeded} runs that it takes to know how runs spread. ` +
      `Add some: npm run baseline -- save --runs ${runsNeeded - runs.length} --reason "...".`,
  )
}

/**
 * What every run of a baseline would have found at a latency at the speed that the machine has now, in ms: its
 * overhead in units of its own bypass, times the bypass of the new run. A machine that gets slower makes both
 * slower, and by this most of the spread between runs is gone that is the machine's and not the agent's.
 * @param bypassMs median of the new run's bypass
 * @throws {BaselineError} `not-comparable` when a run has nothing at this latency
 */
export function estimatesAt({ runs }: Baseline, { latencyMs, bypassMs }: NewEstimate): number[] {
  return runs.map(({ runId, latencies }) => {
    const found = latencies.find((latency) => latency.latencyMs === latencyMs)
    if (found !== undefined) return found.relativeOverhead * bypassMs
    throw new BaselineError(
      'not-comparable',
      `The run ${runId} of the baseline has nothing at ${latencyMs} ms.`,
    )
  })
}

/** What a new run found at a latency, in ms. */
export interface NewEstimate {
  readonly latencyMs: number
  readonly estimate: number
  readonly bypassMs: number
}

/** null: the run has no verdict there, so nothing to compare. */
export function newEstimate({ latencyMs, overheadMs, verdict, arms }: LatencyResult): NewEstimate | null {
  if (overheadMs === null || verdict === null || arms.bypass === undefined) return null
  return { latencyMs, estimate: overheadMs.estimate, bypassMs: arms.bypass.median }
}

function requireEstimate(latency: LatencyResult): NewEstimate {
  const found = newEstimate(latency)
  if (found !== null) return found
  throw new BaselineError(
    'invalid',
    `The run has no verdict at ${latency.latencyMs} ms: see its warnings in run.json.`,
  )
}

function driftFrom(oldest: Baseline, found: NewEstimate): LatencyComparison['drift'] {
  const prediction = predictNext(estimatesAt(oldest, found))
  return { estimate: found.estimate - prediction.mean, reach: predictionReach(prediction, comparisonLevel) }
}

function concludeAll(latencies: readonly LatencyComparison[]): Verdict {
  if (latencies.some(({ verdict }) => verdict === 'exceeds')) return 'exceeds'
  return latencies.every(({ verdict }) => verdict === 'within') ? 'within' : 'inconclusive'
}
