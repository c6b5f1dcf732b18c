import { expect, test } from 'vitest'
import { placeboSoFar } from './placebo.ts'

type Known = Parameters<typeof placeboSoFar>[0][number]

function effect(estimate: number, half: number | null): Known {
  const ends = half === null ? [null, null] : [estimate - half, estimate + half]
  return { estimate, lower: ends[0] ?? null, upper: ends[1] ?? null, level: 0.95 }
}

test('before the first interval there is nothing to say', () => {
  expect(placeboSoFar([])).toBeNull()
  expect(placeboSoFar([effect(0.5, null)])).toBeNull()
})

test('a case that knows little hardly counts', () => {
  // Half-widths of 0.01 and 0.1: weights of 100 to 1.
  expect(placeboSoFar([effect(0.001, 0.01), effect(0.5, 0.1)])?.estimateMs).toBeCloseTo(
    (100 * 0.001 + 0.5) / 101,
    9,
  )
})

test.for([
  // The 99.5 % interval is 2.807 / 1.96 times as wide as that of 95 %.
  [0.03, 0.022, false],
  [0.032, 0.022, true],
  [-0.032, 0.022, true],
  // Sure, and too small to matter.
  [0.019, 0.001, false],
] as const)('%f ms with a half-width of %f: beyond is %s', ([estimate, half, isBeyond]) => {
  expect(placeboSoFar([effect(estimate, half)])?.isBeyond).toBe(isBeyond)
})

test('cases that each prove nothing can prove something together', () => {
  const one = effect(0.03, 0.03)
  expect(placeboSoFar([one])?.isBeyond).toBe(false)
  expect(placeboSoFar([one, one, one, one])?.isBeyond).toBe(true)
})
