import { expect, test } from 'vitest'
import { decideAllWithin, decideEquivalence, decideMargin, decideSuperiority } from './decision.ts'

test('a margin is decided by the bound on its side', () => {
  expect(decideMargin({ lower: 0.1, upper: 1.9 }, 2)).toBe('within')
  expect(decideMargin({ lower: 2.1, upper: 3 }, 2)).toBe('exceeds')
  expect(decideMargin({ lower: 1, upper: 3 }, 2)).toBe('inconclusive')
  expect(decideMargin({ lower: null, upper: null }, 2)).toBe('insufficient')
})

test('a bound that touches the margin decides nothing', () => {
  expect(decideMargin({ lower: 1, upper: 2 }, 2)).toBe('inconclusive')
  expect(decideMargin({ lower: 2, upper: 3 }, 2)).toBe('inconclusive')
  expect(decideEquivalence({ lower: -2, upper: 1 }, 2)).toBe('inconclusive')
})

test('equivalence needs both sides', () => {
  expect(decideEquivalence({ lower: -0.5, upper: 0.5 }, 1)).toBe('equivalent')
  expect(decideEquivalence({ lower: 1.5, upper: 2 }, 1)).toBe('different')
  expect(decideEquivalence({ lower: -2, upper: -1.5 }, 1)).toBe('different')
  expect(decideEquivalence({ lower: -2, upper: 0 }, 1)).toBe('inconclusive')
  expect(decideEquivalence({ lower: null, upper: 0 }, 1)).toBe('insufficient')
})

test('superiority is decided by which side of nought both bounds lie on', () => {
  expect(decideSuperiority({ lower: 0.01, upper: 0.3 })).toBe('longer')
  expect(decideSuperiority({ lower: -0.3, upper: -0.01 })).toBe('shorter')
  expect(decideSuperiority({ lower: 0, upper: 0.3 })).toBe('inconclusive')
  expect(decideSuperiority({ lower: null, upper: null })).toBe('insufficient')
})

test('all within needs every part; one that exceeds settles it', () => {
  expect(decideAllWithin(['within', 'within'])).toBe('within')
  expect(decideAllWithin(['within', 'inconclusive'])).toBe('inconclusive')
  expect(decideAllWithin(['within', 'insufficient'])).toBe('insufficient')
  expect(decideAllWithin(['insufficient', 'exceeds'])).toBe('exceeds')
  expect(decideAllWithin([])).toBe('insufficient')
})
