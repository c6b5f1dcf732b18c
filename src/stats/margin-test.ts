/**
 * p-values of the decisions (decision.ts), all by the signed-rank test, so that p is at most alpha exactly when
 * the bound at 1 - alpha has passed the margin. Margin in the unit of the differences.
 */
import type { Sample } from './order.ts'
import { signedRankTest } from './signed-rank.ts'

/** p of the one-sided claims about a margin. */
export type MarginTest = {
  /** Against "the shift is at the margin or above": non-inferiority. Small: within. */
  readonly within: number
  /** Against "the shift is at the margin or below". Small: exceeds. */
  readonly exceeds: number
}

/** @throws StatsError EMPTY_SAMPLE, NOT_FINITE */
export function testMargin(differences: Sample, margin: number): MarginTest {
  return {
    within: signedRankTest(differences, { shift: margin, alternative: 'less' }),
    exceeds: signedRankTest(differences, { shift: margin, alternative: 'greater' }),
  }
}

/** Superiority is the margin 0: does the first arm take longer, or shorter, at all? */
export function testSuperiority(differences: Sample): { longer: number; shorter: number } {
  const { within, exceeds } = testMargin(differences, 0)
  return { longer: exceeds, shorter: within }
}

/**
 * Equivalence within -margin..margin by two one-sided tests, TOST: the larger of the two p-values, because
 * both have to reject (Schuirmann 1987).
 */
export function testEquivalence(differences: Sample, margin: number): number {
  return Math.max(testMargin(differences, margin).within, testMargin(differences, -margin).exceeds)
}

/**
 * p of "all of them", an intersection-union test: the largest (Berger 1982). 1 for none.
 */
export function testAll(pValues: readonly number[]): number {
  return pValues.length === 0 ? 1 : Math.max(...pValues)
}
