/**
 * Verdicts from bounds. A bound is one-sided at its level; null is unbounded. Non-inferiority and superiority
 * against a margin, and equivalence by two one-sided tests (Schuirmann 1987; Wellek 2010, "Testing
 * statistical hypotheses of equivalence and noninferiority").
 */
export type Bounds = { readonly lower: number | null; readonly upper: number | null }

/** `insufficient`: too few blocks for a bound at this level. */
export type MarginVerdict = 'within' | 'exceeds' | 'inconclusive' | 'insufficient'
export type SuperiorityVerdict = 'longer' | 'shorter' | 'inconclusive' | 'insufficient'
export type EquivalenceVerdict = 'equivalent' | 'different' | 'inconclusive' | 'insufficient'

/** Bounds and margin in one unit. A bound that touches the margin decides nothing. */
export function decideMargin({ lower, upper }: Bounds, margin: number): MarginVerdict {
  if (lower === null || upper === null) return 'insufficient'
  if (upper < margin) return 'within'
  if (lower > margin) return 'exceeds'
  return 'inconclusive'
}

/** Superiority: does the first arm take longer than the second, or shorter, by however little? */
export function decideSuperiority(bounds: Bounds): SuperiorityVerdict {
  const verdict = decideMargin(bounds, 0)
  if (verdict === 'exceeds') return 'longer'
  return verdict === 'within' ? 'shorter' : verdict
}

/** Is the shift between -margin and +margin (both one-sided bounds inside), or wholly outside? */
export function decideEquivalence({ lower, upper }: Bounds, margin: number): EquivalenceVerdict {
  if (lower === null || upper === null) return 'insufficient'
  if (lower > -margin && upper < margin) return 'equivalent'
  if (lower > margin || upper < -margin) return 'different'
  return 'inconclusive'
}

/**
 * "All within": an intersection-union test (Berger 1982, "Multiparameter hypothesis testing and acceptance
 * sampling"). Each part is tested at the full level and the whole still errs no more often, so nothing is
 * corrected. "exceeds" when any part exceeds; that side does need Holm (holm.ts).
 */
export function decideAllWithin(verdicts: readonly MarginVerdict[]): MarginVerdict {
  if (verdicts.includes('exceeds')) return 'exceeds'
  if (verdicts.length === 0 || verdicts.includes('insufficient')) return 'insufficient'
  return verdicts.every((verdict) => verdict === 'within') ? 'within' : 'inconclusive'
}
