/**
 * A shift from few estimates that know nothing of each other, one for each restart of what is measured: Student's t
 * over them (Student 1908). What a process has of its own is alike in all its blocks, so however many blocks there
 * are, they say nothing of the next process; the restart is the unit that repeats (Kalibera and Jones 2013,
 * "Rigorous benchmarking in reasonable time"). Exact for normal estimates; one that lies far off widens
 * the interval more than it moves it, so that the test then alarms less often than its level.
 */
import type { Sample } from './order.ts'
import { predictNext } from './prediction.ts'
import { studentCdf, studentQuantile } from './student.ts'

/** Estimates of rounds, in their unit. */
export type Rounds = {
  readonly count: number
  readonly mean: number
  /** Standard deviation of a round, with count - 1. */
  readonly deviation: number
  /** Of the mean. */
  readonly standardError: number
}

/** Fewer rounds have no spread. */
export const roundsNeeded = 2

/** Unit in, unit out. @throws StatsError EMPTY_SAMPLE below `roundsNeeded`, NOT_FINITE */
export function summariseRounds(estimates: Sample): Rounds {
  const { count, mean, deviation } = predictNext(estimates)
  return { count, mean, deviation, standardError: deviation / Math.sqrt(count) }
}

/** How far a one-sided bound at `level` lies from the mean; either end of a two-sided interval at 2 level - 1. */
export function roundsReach({ count, standardError }: Rounds, level: number): number {
  return studentQuantile(level, count - 1) * standardError
}

/** p of "the shift is above `margin`", one-sided: at most alpha exactly when the bound at 1 - alpha is above it. */
export function testRounds({ count, mean, standardError }: Rounds, margin: number): number {
  // Rounds without any spread: every distance is beyond all doubt.
  if (standardError === 0) return mean > margin ? 0 : 1
  return studentCdf((margin - mean) / standardError, count - 1)
}
