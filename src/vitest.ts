/**
 * `spoe-bench/vitest`: importing it gives `expect` its matchers (`toAddAtMost`, `toAddAtLeast`, `toBeEquivalentTo`,
 * `toDetect`). `blindTrial` declares a blind trial of our own agent at several delays, case by case; it needs the
 * project of `spoe-bench/provider`.
 */
import './vitest/matchers.ts'

export { blindTrial } from './vitest/blind-trial.ts'
export type { BlindTrial, BlindTrialDesign, TrialLatency } from './vitest/blind-trial.ts'
export type { ClaimOptions, Statistic } from './vitest/claim.ts'
export type { EquivalenceMargin, Margin } from './vitest/matchers.ts'
