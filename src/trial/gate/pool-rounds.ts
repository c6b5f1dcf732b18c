import type { RoundsEffect } from '../../record/run.ts'
import { toMs, toNs } from '../../record/units.ts'
import { roundsNeeded, roundsReach, summariseRounds, testRounds } from '../../stats/rounds.ts'

export interface PooledRounds {
  /** null for fewer rounds than have a spread. */
  readonly effect: RoundsEffect | null
  /** One-sided, against "at the margin or below". */
  readonly p: number | null
}

/**
 * The rounds of a latency taken as what they are: a draw each of two fresh processes. Their interval holds what a
 * process has of its own, which the blocks can't know of.
 * @param roundsMs the estimate of each round
 */
export function poolRounds(
  roundsMs: readonly number[],
  { level, marginMs }: { readonly level: number; readonly marginMs: number },
): PooledRounds {
  if (roundsMs.length < roundsNeeded) return { effect: null, p: null }
  const rounds = summariseRounds(roundsMs.map(toNs))
  const at = (reachNs: number): { lower: number; upper: number } => ({
    lower: toMs(rounds.mean - reachNs),
    upper: toMs(rounds.mean + reachNs),
  })
  return {
    effect: {
      count: rounds.count,
      mean: toMs(rounds.mean),
      deviation: toMs(rounds.deviation),
      ...at(roundsReach(rounds, (1 + level) / 2)),
      level,
      bounds: { ...at(roundsReach(rounds, level)), level },
    },
    p: testRounds(rounds, toNs(marginMs)),
  }
}
