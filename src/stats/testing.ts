/** Noise for the tests of this folder: seeded, and only as good as they need. */
import * as fc from 'fast-check'
import { createXoshiro, type RandomSource, scaleWord } from './xoshiro.ts'

/** A congruential generator (Knuth's MMIX constants would overflow; these are from Numerical Recipes). */
export function seededSource(seed: number): RandomSource {
  let state = seed >>> 0
  return {
    below: (n) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * n)
    },
  }
}

/** Standard normal values by Box and Muller. */
export function normalNoise(seed: number): () => number {
  const next = createXoshiro(seededSource(seed))
  const uniform = (): number => (scaleWord(next(), 2 ** 20) + 0.5) / 2 ** 20
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/**
 * Block differences in ns as a quiet machine gives them: two lognormal latencies around 0.4 ms subtracted,
 * now and then a stall of some ms on either arm, plus the effect.
 */
export function spikyDifferences(count: number, noise: () => number, effectNs = 0): Float64Array {
  const latency = (): number => {
    const stall = noise() > 2 ? 3_000_000 * Math.abs(noise()) : 0
    return 400_000 * Math.exp(0.4 * noise()) + stall
  }
  return Float64Array.from({ length: count }, () => Math.round(latency() - latency() + effectNs))
}

/** Differences in ns with ties and zeros among them. */
export const differencesArbitrary: fc.Arbitrary<number[]> = fc.oneof(
  fc.array(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), { minLength: 1, maxLength: 60 }),
  fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 30 }),
)
