import { requireProbability, StatsError } from './stats-error.ts'

/**
 * p-values adjusted for "any of these" by the step-down method of Holm 1979 ("A simple sequentially rejective
 * multiple test procedure"), in the order given. Ten lines: the one library that has them brings 150 packages.
 * @throws StatsError OUT_OF_RANGE for a p-value outside [0, 1]
 */
export function adjustHolm(pValues: readonly number[]): number[] {
  for (const p of pValues) {
    if (!(p >= 0 && p <= 1)) throw new StatsError('OUT_OF_RANGE', `expected a p-value in [0, 1], got ${p}`)
  }
  const order = pValues.map((_, index) => index)
  order.sort((a, b) => pValues[a]! - pValues[b]! || a - b)
  const adjusted = Array.from(pValues, () => 1)
  let floor = 0
  for (const [step, index] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (pValues.length - step) * pValues[index]!))
    adjusted[index] = floor
  }
  return adjusted
}

/** Is any hypothesis rejected at family-wise level alpha? */
export function rejectsAny(pValues: readonly number[], alpha: number): boolean {
  requireProbability('alpha', alpha)
  return adjustHolm(pValues).some((p) => p <= alpha)
}
