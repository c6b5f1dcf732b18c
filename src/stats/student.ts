import { compiled, stdtr, stdtri } from 'cephes'
import { requireProbability, StatsError } from './stats-error.ts'

await compiled

/** P(T <= t) for Student's t (Student 1908, "The probable error of a mean"). @throws StatsError OUT_OF_RANGE */
export function studentCdf(t: number, degrees: number): number {
  return stdtr(requireDegrees(degrees), t)
}

/** The t with P(T <= t) = probability. @throws StatsError OUT_OF_RANGE */
export function studentQuantile(probability: number, degrees: number): number {
  return stdtri(requireDegrees(degrees), requireProbability('probability', probability))
}

function requireDegrees(degrees: number): number {
  if (Number.isInteger(degrees) && degrees >= 1) return degrees
  throw new StatsError('OUT_OF_RANGE', `expected whole degrees of freedom from 1 on, got ${degrees}`)
}
