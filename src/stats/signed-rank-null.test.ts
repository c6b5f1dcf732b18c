import { expect, test } from 'vitest'
import reference from '../../fixtures/stats/null.json' with { type: 'json' }
import { normalCdf, normalQuantile } from './normal.ts'
import { countNeeded, signedRankOrder, signedRankTail } from './signed-rank-null.ts'

function expectRelative(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected) + 1e-300)
}

test('tails agree with psignrank', () => {
  for (const { n, v, p } of reference.tails) {
    for (const [index, value] of v.entries()) expectRelative(signedRankTail(n, value), p[index]!)
  }
})

test('orders agree with qsignrank', () => {
  for (const { n, alpha, q } of reference.orders) expect(signedRankOrder(n, alpha)).toBe(q)
})

test('a tail that equals alpha is used: 2^-4 at four differences', () => {
  expect(signedRankOrder(4, 0.0625)).toBe(1)
  expect(signedRankOrder(3, 0.0625)).toBe(0)
})

/** The tail near 1 %, at the same distance from the middle in deviations for every count. */
function tailOfOnePercent(count: number): number {
  const pairs = (count * (count + 1)) / 2
  const deviation = Math.sqrt((count * (count + 1) * (2 * count + 1)) / 24)
  return signedRankTail(count, Math.round(pairs / 2 - 2.326 * deviation))
}

test('the normal tail takes over without a step', () => {
  expect(Math.abs(tailOfOnePercent(200) - tailOfOnePercent(201))).toBeLessThan(0.0002)
})

test('the smallest count for a bound', () => {
  expect([0.05, 0.025, 0.01, 0.002, 0.0625].map(countNeeded)).toEqual([5, 6, 7, 9, 4])
})

test('the normal curve and its inverse agree with R', () => {
  for (const [index, z] of reference.z.entries()) expectRelative(normalCdf(z), reference.pnorm[index]!)
  for (const [index, p] of reference.p.entries()) expectRelative(normalQuantile(p), reference.qnorm[index]!)
})
