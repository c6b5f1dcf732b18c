import type { Effect, TailEffect } from '../record/run.ts'
import { formatLevel } from '../report/format.ts'
import { detectionPower } from '../trial/effect.ts'
import { nextStep } from '../trial/next-step.ts'
import { minimumDetectable, standardErrorOf } from '../stats/power.ts'

/** What a matcher can hold a margin against: the shift (Hodges-Lehmann, the default), the mean or the p99. */
export type Statistic = 'shift' | 'mean' | 'p99'

export interface ClaimOptions {
  readonly statistic?: Statistic
}

/** A case, or all cases of one latency pooled. */
export interface Assertable {
  /** What our agent sleeps; of another agent nothing is known. */
  readonly latencyMs?: number
  readonly overheadMs: Effect | null
  readonly overheadP99: TailEffect | null
  /** null when there is no verdict: too few blocks, or faults. */
  readonly verdict: string | null
  readonly warnings: readonly string[]
}

/** One figure with all that a decision needs. */
export interface Figure extends TailEffect {
  readonly minimumDetectable: number | null
  /** What would decide it against a margin; null where only the shift can tell. */
  nextStep(marginMs: number): string | null
}

/** Why there is no figure, in words, or the figure. */
export function figureOf(received: Assertable | Effect, statistic: Statistic): Figure | string {
  if (!('overheadMs' in received)) {
    return statistic === 'p99' ? 'a lone effect has no p99' : effectFigure(received, statistic)
  }
  if (received.overheadMs === null) return 'no overhead was measured: both arms are needed'
  if (received.verdict === null && received.overheadMs.bounds.upper !== null) {
    return 'no verdict: see the faults and warnings in run.json'
  }
  if (statistic !== 'p99') return effectFigure(received.overheadMs, statistic)
  if (received.overheadP99 === null) return 'a p99 takes 1,000 blocks'
  return {
    ...received.overheadP99,
    minimumDetectable: detectable(received.overheadP99),
    nextStep: () => null,
  }
}

function effectFigure(effect: Effect, statistic: 'shift' | 'mean'): Figure {
  if (statistic === 'shift') {
    return { ...effect, nextStep: (marginMs) => nextStep(effect, marginMs) }
  }
  const { count, level, mean, meanLower: lower, meanUpper: upper, meanBounds: bounds } = effect
  const figure = { count, level, estimate: mean, lower, upper, bounds }
  return { ...figure, minimumDetectable: detectable(figure), nextStep: () => null }
}

function detectable({ lower, upper, level, bounds }: TailEffect): number | null {
  const standardError = standardErrorOf({ lower, upper }, level)
  const test = { alpha: 1 - bounds.level, power: detectionPower }
  return standardError === null ? null : minimumDetectable(standardError, test)
}

/** `shift 1.000 ms, 95 % interval ...`: everything that a reader needs to judge a failure. */
export function describeFigure(figure: Figure, statistic: Statistic): string {
  const { estimate, lower, upper, level, bounds, count } = figure
  return (
    `${statistic} ${format(estimate)}, ${formatLevel(level)} interval ${format(lower)} to ${format(upper)}, ` +
    `one-sided bounds ${format(bounds.lower)} and ${format(bounds.upper)}, ${count} blocks, ` +
    `minimum detectable overhead ${format(figure.minimumDetectable)}`
  )
}

function format(ms: number | null): string {
  return ms === null ? 'none' : `${ms.toFixed(3)} ms`
}
