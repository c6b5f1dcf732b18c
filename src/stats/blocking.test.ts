import { expect, test } from 'vitest'
import { blockOnce } from './blocking.ts'
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
  expect(blockOnce(sample)).toEqual({ differences: sample, blocking: 1 })
})

test('neighbours that go together are averaged in pairs, once', () => {
  const { differences, blocking } = blockOnce(dependent(2_001, 0.6, normalNoise(2)))
  expect([differences.length, blocking]).toEqual([1_000, 2])
})

test('relabelling the arms gives the mirrored means', () => {
  const sample = dependent(501, 0.5, normalNoise(3))
  const mirrored = blockOnce(sample.map((value) => -value))
  const asIs = blockOnce(sample)
  expect(mirrored).toEqual({ ...asIs, differences: asIs.differences.map((value) => -value) })
})

test('with r = 0.5 a 95 % interval misses five times as often as it may, blocked three times', () => {
  const noise = normalNoise(4)
  const missed = { plain: 0, blocked: 0 }
  const rounds = 600
  for (let round = 0; round < rounds; round += 1) {
    const sample = dependent(600, 0.5, noise)
    for (const [name, differences] of [
      ['plain', sample],
      ['blocked', blockOnce(sample).differences],
    ] as const) {
      const { lower, upper } = signedRankInterval(differences, { level: 0.95, sides: 'two' })
      if (lower! > 0 || upper! < 0) missed[name] += 1
    }
  }
  // Theory: 1.96 / sqrt(3) deviations, 26 %; for means of two 1.96 / sqrt(2), 17 %. Four standard errors are 7 %.
  expect(Math.abs(missed.plain / rounds - 0.26)).toBeLessThan(0.07)
  expect(Math.abs(missed.blocked / rounds - 0.17)).toBeLessThan(0.06)
  expect(missed.blocked).toBeLessThan(missed.plain)
})
