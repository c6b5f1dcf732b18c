import { expect } from 'vitest'
import { adviseOn } from '../baseline/advice.ts'
import { comparisonLevel, decide, estimatesAt, newEstimate, requireRuns } from '../baseline/compare-run.ts'
import { fingerprintOf, type Measured } from '../baseline/fingerprint.ts'
import { type Baseline, currentBaseline } from '../baseline/record.ts'
import { baselinesDir, findBaseline } from '../baseline/store.ts'
import type { LatencyResult } from '../record/run.ts'
import { formatLevel } from '../report/format.ts'
import { predictionReach, predictNext, testPrediction } from '../stats/prediction.ts'

export interface BaselineRequest {
  readonly suite: string
  /** How much slower than the runs of the baseline a latency may be. */
  readonly slowerByAtMost: { readonly ms: number }
  /** Where baselines lie; default fixtures/baselines. */
  readonly dir?: string
}

/** The runs that a latency is held against, and by how much it may be slower. */
export interface HeldBaseline {
  readonly baseline: Baseline
  readonly marginMs: number
}

/** @throws {BaselineError} `not-comparable`, naming the field that differs, or how many runs are missing */
export function holdBaseline(request: BaselineRequest, measured: Measured): HeldBaseline {
  const { suite, slowerByAtMost, dir = baselinesDir } = request
  const { file } = findBaseline(dir, suite, fingerprintOf(measured, 'must'))
  const baseline = currentBaseline(file)
  requireRuns(baseline)
  return { baseline, marginMs: slowerByAtMost.ms }
}

declare module 'vitest' {
  interface Matchers<R, T> {
    /**
     * Passes when this run of a latency comes from no more than the margin above the mean of the baseline's runs,
     * by the spread of those runs (one-sided at 95 %). Inconclusive does not pass, and there is no `.not`.
     */
    toHoldAgainst: (held: HeldBaseline) => R
  }
}

interface Negatable {
  readonly isNot?: boolean
}

expect.extend({
  toHoldAgainst(this: Negatable, received: unknown, held: HeldBaseline) {
    if (this.isNot === true) {
      throw new TypeError(
        'toHoldAgainst has no .not: what is not shown to hold is not shown to be slower. Read the verdict.',
      )
    }
    const { baseline, marginMs } = requireHeld(held)
    const latency = requireLatency(received)
    const { latencyMs } = latency
    const found = newEstimate(latency)
    const expected = `expected the overhead at the agent's ${latencyMs} ms to be no more than ${marginMs} ms above the baseline`
    if (found === null) {
      const warnings = latency.warnings.map((warning) => `\n  ${warning}`).join('')
      return { pass: false, message: () => `${expected}; this run has no verdict there.${warnings}` }
    }
    const prediction = predictNext(estimatesAt(baseline, found))
    const p = testPrediction(prediction, found.estimate, marginMs)
    // One latency is seen at a time: Bonferroni, which is what Holm asks of the smallest p.
    const count = baseline.runs[0]?.latencies.length ?? 1
    const verdict = decide(p.within, Math.min(1, count * p.exceeds))
    const reach = predictionReach(prediction, comparisonLevel)
    const { mean } = prediction
    return {
      pass: verdict === 'within',
      message: () =>
        `${expected}: ${verdict}.\n` +
        `  overhead ${format(found.estimate)}; ${prediction.count} runs of the baseline, at the speed of the machine in this run: mean ${format(mean)}, ` +
        `a new one ${format(mean - reach)} to ${format(mean + reach)} (${formatLevel(comparisonLevel)}).\n` +
        `  ${adviseOn({ verdict, marginMs, prediction }) ?? ''}`,
    }
  },
})

function requireHeld(held: HeldBaseline): HeldBaseline {
  const isHeld = typeof held === 'object' && held !== null && 'baseline' in held && held.marginMs > 0
  if (isHeld) return held
  throw new TypeError(
    'toHoldAgainst expects the baseline of this trial, trial.baseline({ suite: "matrix", slowerByAtMost: { ms: 0.15 } }).',
  )
}

function requireLatency(received: unknown): LatencyResult {
  if (typeof received === 'object' && received !== null && 'overheadMs' in received && 'cases' in received) {
    return received as LatencyResult
  }
  throw new TypeError(
    `toHoldAgainst expects a latency of a blind trial, trial.pooled(latency), got ${typeof received}: one case alone is not what a baseline has.`,
  )
}

function format(ms: number): string {
  return `${ms.toFixed(3)} ms`
}
