/**
 * What a run of this size could have seen. The standard error of the Hodges-Lehmann shift is read off the
 * width of its own interval (Lehmann 1963, "Nonparametric confidence intervals for a shift parameter"), so it
 * carries the true shape of the noise, spikes included; a planner without data starts from the robust
 * deviation and the efficiency 3/pi that the signed-rank test has against the mean for normal noise
 * (Lehmann 1975, "Nonparametrics", section 4.3).
 */
import { normalQuantile } from './normal.ts'
import { requireProbability, StatsError } from './stats-error.ts'

const normalEfficiency = 3 / Math.PI

/** Standard error from a two-sided interval at `level`; null without one. Unit of the bounds. */
export function standardErrorOf(
  { lower, upper }: { lower: number | null; upper: number | null },
  level: number,
): number | null {
  requireProbability('level', level)
  if (lower === null || upper === null) return null
  return (upper - lower) / (2 * normalQuantile((1 + level) / 2))
}

/** Standard error that `count` blocks with this robust deviation would have. */
export function plannedStandardError(deviation: number, count: number): number {
  return deviation / Math.sqrt(count * normalEfficiency)
}

/** One-sided error and power of a planned test. */
export type TestPlan = { readonly alpha: number; readonly power: number }

/** The smallest shift that a one-sided test at `alpha` finds with `power`. Unit of the standard error. */
export function minimumDetectable(standardError: number, plan: TestPlan): number {
  return reach(plan) * standardError
}

/** Blocks, all in all, that find `effect` with `power`, given what `count` blocks had as standard error. */
export function blocksForEffect(
  { standardError, count }: { standardError: number; count: number },
  effect: number,
  plan: TestPlan,
): number {
  if (!(effect > 0)) throw new StatsError('OUT_OF_RANGE', `expected an effect above 0, got ${effect}`)
  return Math.ceil(count * (minimumDetectable(standardError, plan) / effect) ** 2)
}

/**
 * Blocks to add so that a bound passes the margin with `power`, if the shift is what it is estimated to be;
 * null when the estimate sits on the margin, which no number of blocks decides. One unit for all.
 */
export function blocksToDecide(
  { estimate, standardError, count }: { estimate: number; standardError: number; count: number },
  margin: number,
  plan: TestPlan,
): number | null {
  if (estimate === margin) return null
  return Math.max(0, blocksForEffect({ standardError, count }, Math.abs(margin - estimate), plan) - count)
}

/**
 * Blocks that find `effect` with `power` when block differences spread by `deviation` (same unit). For normal
 * noise; spikes take more (15 % in the simulation of the tests), so plan from a stored run where there is one.
 */
export function planBlocks(deviation: number, effect: number, plan: TestPlan): number {
  return blocksForEffect({ standardError: plannedStandardError(deviation, 1), count: 1 }, effect, plan)
}

function reach({ alpha, power }: TestPlan): number {
  requireProbability('alpha', alpha)
  requireProbability('power', power)
  return normalQuantile(1 - alpha) + normalQuantile(power)
}
