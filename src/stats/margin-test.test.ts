import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import reference from '../../fixtures/stats/decisions.json' with { type: 'json' }
import { decideEquivalence, decideMargin, decideSuperiority } from './decision.ts'
import { testAll, testEquivalence, testMargin, testSuperiority } from './margin-test.ts'
import { signedRankInterval } from './signed-rank.ts'
import { differencesArbitrary } from './testing.ts'

test('non-inferiority, superiority and equivalence agree with wilcox.test of R', () => {
  expect(reference).toHaveLength(18)
  for (const { x, margin, within, exceeds, longer, shorter, equivalence } of reference) {
    const actual = [
      ...Object.values(testMargin(x, margin)),
      ...Object.values(testSuperiority(x)),
      testEquivalence(x, margin),
    ]
    for (const [index, p] of [within, exceeds, longer, shorter, equivalence].entries()) {
      expect(Math.abs(actual[index]! - p)).toBeLessThan(1e-9)
    }
  }
})

const levelArbitrary = fc.constantFrom(0.8, 0.95, 0.99)
const marginArbitrary = fc.integer({ min: 0, max: 5 })

test('p and bound decide alike, whatever the ties', () => {
  fc.assert(
    fc.property(differencesArbitrary, levelArbitrary, marginArbitrary, (sample, level, margin) => {
      const { lower } = signedRankInterval(sample, { level, sides: 'lower' })
      const { upper } = signedRankInterval(sample, { level, sides: 'upper' })
      const isRejected = (p: number): boolean => p <= 1 - level
      const { within, exceeds } = testMargin(sample, margin)
      const verdict = decideMargin({ lower, upper }, margin)
      expect([isRejected(within), isRejected(exceeds)]).toEqual([verdict === 'within', verdict === 'exceeds'])
      expect(isRejected(testEquivalence(sample, margin))).toBe(
        decideEquivalence({ lower, upper }, margin) === 'equivalent',
      )
      const { longer, shorter } = testSuperiority(sample)
      const order = decideSuperiority({ lower, upper })
      expect([isRejected(longer), isRejected(shorter)]).toEqual([order === 'longer', order === 'shorter'])
    }),
  )
})

test('all of them is as weak as the weakest', () => {
  expect(testAll([0.001, 0.04, 0.02])).toBe(0.04)
  expect(testAll([])).toBe(1)
})
