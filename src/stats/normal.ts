import { compiled, ndtr, ndtri } from 'cephes'

await compiled

/** P(Z <= z) for a standard normal Z. */
export function normalCdf(z: number): number {
  return ndtr(z)
}

/** The z with P(Z <= z) = probability. */
export function normalQuantile(probability: number): number {
  return ndtri(probability)
}
