/**
 * Where one new observation of a normal distribution will lie, from n earlier ones: mean +- t(n - 1) s
 * sqrt(1 + 1 / n) (Hahn and Meeker 1991, "Statistical intervals", chapter 4; exact for independent normal
 * observations). Not the interval of the mean, which is narrower by sqrt(n + 1) and would call a new run
 * different that is like the others.
 */
import type { MarginTest } from './margin-test.ts'
import type { Sample } from './order.ts'
import { StatsError } from './stats-error.ts'
import { studentCdf, studentQuantile } from './student.ts'

export type Prediction = {
  readonly count: number
  readonly mean: number
  /** Standard deviation of the observations, with n - 1. */
  readonly deviation: number
  /** Of a new observation less the mean. */
  readonly standardError: number
}

/** Unit in, unit out. @throws StatsError EMPTY_SAMPLE below 2 observations, NOT_FINITE */
export function predictNext(sample: Sample): Prediction {
  const observations = Array.from(sample)
  const count = observations.length
  if (count < 2) throw new StatsError('EMPTY_SAMPLE', `expected at least 2 observations, got ${count}`)
  const mean = sum(observations) / count
  const deviation = Math.sqrt(sum(observations.map((value) => (value - mean) ** 2)) / (count - 1))
  if (!Number.isFinite(deviation)) throw new StatsError('NOT_FINITE', 'expected finite observations')
  return { count, mean, deviation, standardError: deviation * Math.sqrt(1 + 1 / count) }
}

/** How far either end of the two-sided interval at `level` lies from the mean. */
export function predictionReach({ count, standardError }: Prediction, level: number): number {
  return studentQuantile((1 + level) / 2, count - 1) * standardError
}

/**
 * p-values of what is claimed of a new observation: that it comes from no more than `margin` above the mean of
 * the earlier ones (small `within`), or from more (small `exceeds`).
 */
export function testPrediction(prediction: Prediction, observed: number, margin: number): MarginTest {
  const { count, mean, standardError } = prediction
  const beyond = observed - mean - margin
  // Observations without any spread: every distance is beyond all doubt.
  if (standardError === 0) return { within: beyond < 0 ? 0 : 1, exceeds: beyond > 0 ? 0 : 1 }
  const t = beyond / standardError
  return { within: studentCdf(t, count - 1), exceeds: studentCdf(-t, count - 1) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
