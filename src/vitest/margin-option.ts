import { TrialError } from '../trial/trial-error.ts'

/** Reads --margin-ms. @throws {TrialError} `usage` with one sentence for the user */
export function parseMarginMs(text: string): number {
  const marginMs = Number(text)
  // Infinity is no JSON: plan.json would hold null, and nobody could read it.
  if (Number.isFinite(marginMs) && marginMs > 0) return marginMs
  throw new TrialError('usage', `Expected --margin-ms to be a number of milliseconds above 0, got "${text}".`)
}
