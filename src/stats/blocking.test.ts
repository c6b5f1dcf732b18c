import { expect, test } from 'vitest'
import { blockUntilIndependent } from './blocking.ts'
import { isAutocorrelated, lagOneRankCorrelation } from './health.ts'
import { signedRankInterval } from './signed-rank.ts'
import { normalNoise } from './testing.ts'

/** Noise whose neighbours correlate by `r`, of unit variance. */
function dependent(count: number, r: number, noise: () => number): Float64Array {
  let state = noise()
  return Float64Array.from({ length: count }, () => {
    state = r * state + Math.sqrt(1 - r * r) * noise()
    return state
  })
}

test('independent differences stand for themselves', () => {
  const sample = dependent(1_000, 0, normalNoise(1))
  expect(blockUntilIndependent(sample)).toEqual({ differences: sample, blocking: 1 })
})

test('neighbours that go together are averaged until they do not', () => {
  const { differences, blocking } = blockUntilIndependent(dependent(2_001, 0.6, normalNoise(2)))
  expect(blocking).toBeGreaterThanOrEqual(2)
  expect(differences).toHaveLength(Math.floor(2_001 / blocking))
  expect(isAutocorrelated(lagOneRankCorrelation(differences), differences.length)).toBe(false)
})

test('relabelling the arms gives the mirrored means', () => {
  const sample = dependent(501, 0.5, normalNoise(3))
  const mirrored = blockUntilIndependent(sample.map((value) => -value))
  const asIs = blockUntilIndependent(sample)
  expect(mirrored).toEqual({ ...asIs, differences: asIs.differences.map((value) => -value) })
})

test('with r = 0.5 a 95 % interval misses three times as often as it may, blocked it does not', () => {
  const noise = normalNoise(4)
  const missed = { plain: 0, blocked: 0 }
  const rounds = 600
  for (let round = 0; round < rounds; round += 1) {
    const sample = dependent(600, 0.5, noise)
    for (const [name, differences] of [
      ['plain', sample],
      ['blocked', blockUntilIndependent(sample).differences],
    ] as const) {
      const { lower, upper } = signedRankInterval(differences, { level: 0.95, sides: 'two' })
      if (lower! > 0 || upper! < 0) missed[name] += 1
    }
  }
  // Theory for the plain one: 1.96 / sqrt(3) deviations, 26 %.
  expect(missed.plain / rounds).toBeGreaterThan(0.2)
  expect(missed.blocked / rounds).toBeLessThan(0.12)
})
