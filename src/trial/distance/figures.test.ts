import { expect, test } from 'vitest'
import type { DistanceDesign, DistanceFigures } from '../../record/distance.ts'
import { toNs } from '../../record/units.ts'
import { armName, computeDistances, concludeDistances, echoName } from './figures.ts'

const design: DistanceDesign = {
  delaysMs: [0, 1],
  blocks: 60,
  warmUpBlocks: 0,
  intervalMs: 4,
  jitterMs: 1,
  level: 0.9,
  margin: 0.1,
}

/** Noise that all arms of a block share, and a shift with a little noise of the arm's own. */
const latencies = (shiftMs: number, own: number): number[] =>
  Array.from({ length: 60 }, (_, block) =>
    toNs(0.3 + ((block * 7919) % 31) / 100 + shiftMs + ((block * own) % 7) / 100),
  )

/** Figures of an agent that is 2 ms and a little away, and whose messages take so many round trips. */
function figures(trips: number, roundTripMs = 2.2): DistanceFigures[] {
  return computeDistances({
    design,
    latenciesNs: {
      bypass: latencies(0, 2),
      [armName(0)]: latencies(0.2, 3),
      [armName(1)]: latencies(0.2 + roundTripMs * trips, 4),
      [echoName(0)]: latencies(0.1, 5),
      [echoName(1)]: latencies(0.1 + roundTripMs, 6),
    },
  })
}

test.for([
  [1, 'within'],
  [1.08, 'within'],
  [0.92, 'within'],
  [1.1, 'inconclusive'],
  [0.9, 'inconclusive'],
  [1.12, 'exceeds'],
  [0.88, 'exceeds'],
  [2, 'exceeds'],
  [0, 'exceeds'],
] as const)('%f round trips: %s', ([trips, outcome]) => {
  const found = figures(trips)
  expect(found[1]?.roundTrips?.estimate).toBeCloseTo(trips, 2)
  expect(concludeDistances(design, found)).toBe(outcome)
})

test('one delay that is too uncertain keeps the others from a verdict, one that is beyond does not', () => {
  const [near, one] = figures(1) as [DistanceFigures, DistanceFigures]
  const [, unsure] = figures(1.1) as [DistanceFigures, DistanceFigures]
  const [, two] = figures(2) as [DistanceFigures, DistanceFigures]
  expect(concludeDistances(design, [near, one, one])).toBe('within')
  expect(concludeDistances(design, [near, one, unsure])).toBe('inconclusive')
  expect(concludeDistances(design, [near, two, unsure])).toBe('exceeds')
})

test('the way without a delay is what the others are compared with, and no judge of itself', () => {
  const [near, far] = figures(1)
  expect(near).toMatchObject({ delayMs: 0, growthMs: null, echoGrowthMs: null, roundTrips: null })
  expect(near?.overheadMs.estimate).toBeCloseTo(0.2, 2)
  expect(far?.overheadMs.estimate).toBeCloseTo(2.4, 1)
  expect(far?.echoGrowthMs?.estimate).toBeCloseTo(2.2, 2)
})

test('a round trip that did not grow makes no ratio, and so no verdict', () => {
  const same = figures(1, 0)
  expect(same[1]?.roundTrips).toBeNull()
  expect(concludeDistances(design, same)).toBe('inconclusive')
})
