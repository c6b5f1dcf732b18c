import { expect, test } from 'vitest'
import reference from '../../fixtures/stats/time.json' with { type: 'json' }
import { stationaryBlockLength } from './block-length.ts'

test('agrees with the formulas over acf of R', () => {
  for (const { x, blockLength } of reference) {
    expect(Math.abs(stationaryBlockLength(x) - blockLength)).toBeLessThanOrEqual(0.0005 + 1e-9)
  }
})

test('nothing to go by means blocks of one', () => {
  expect(stationaryBlockLength([1, 2])).toBe(1)
  expect(stationaryBlockLength([4, 4, 4, 4, 4, 4])).toBe(1)
})
