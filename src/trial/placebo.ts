import type { Plan } from '../record/plan.ts'
import type { Effect } from '../record/run.ts'
import { normalQuantile } from '../stats/normal.ts'
import { standardErrorOf } from '../stats/power.ts'
import { differences } from './blinded-analysis.ts'
import { estimateEffect } from './effect.ts'
import type { OpenedCase } from './open-case.ts'

/** Level of the one placebo test of a run: an honest run fails it at most once in two hundred. */
export const placeboLevel = 0.995

/** A placebo effect that small is no reason to distrust a run, however sure it is: 20 us. */
export const placeboToleranceMs = 0.02

/** Placebo less bypass over all judged cases: nought, or the harness treats two equal arms differently. */
export function poolPlacebo(plan: Plan, opened: readonly OpenedCase[]): Effect | null {
  const all = opened.flatMap(({ result, arms }) =>
    result.isJudged && arms.placebo !== undefined && arms.bypass !== undefined
      ? differences(arms.placebo.netNs, arms.bypass.netNs)
      : [],
  )
  if (all.length === 0) return null
  return estimateEffect(all, { level: placeboLevel, resamples: plan.bootstrapResamples })
}

/** Why the run is invalid, or null: the interval excludes 0 and the estimate is beyond the tolerance. */
export function placeboFault(placebo: Effect | null): string | null {
  if (placebo === null || placebo.lower === null || placebo.upper === null) return null
  const excludesNought = placebo.lower > 0 || placebo.upper < 0
  if (!excludesNought || Math.abs(placebo.estimate) <= placeboToleranceMs) return null
  return (
    `the placebo, a second bypass, differs from bypass by ${placebo.estimate.toFixed(3)} ms ` +
    `(${placeboLevel * 100} % interval ${placebo.lower.toFixed(3)} to ${placebo.upper.toFixed(3)}, ` +
    `${placebo.count} blocks): equal arms were treated differently`
  )
}

/** The placebo of a run that goes on, in ms; beyond: the run would be invalid if it ended so. */
export interface PlaceboSoFar {
  readonly estimateMs: number
  readonly isBeyond: boolean
}

/**
 * What the placebos of the cases that are open come to, without their blocks: estimates weighted by what their intervals
 * know. It lights a lamp for whoever waits; `placeboFault` decides, at the end and over all blocks. null: no interval yet.
 */
export function placeboSoFar(
  effects: readonly Pick<Effect, 'estimate' | 'lower' | 'upper' | 'level'>[],
): PlaceboSoFar | null {
  const known = effects.flatMap(({ estimate, lower, upper, level }) => {
    const error = standardErrorOf({ lower, upper }, level)
    return error === null || error <= 0 ? [] : [{ estimate, weight: 1 / error ** 2 }]
  })
  if (known.length === 0) return null
  const total = known.reduce((sum, { weight }) => sum + weight, 0)
  const estimateMs = known.reduce((sum, { estimate, weight }) => sum + estimate * weight, 0) / total
  const reachMs = normalQuantile((1 + placeboLevel) / 2) / Math.sqrt(total)
  return { estimateMs, isBeyond: Math.abs(estimateMs) > Math.max(placeboToleranceMs, reachMs) }
}
