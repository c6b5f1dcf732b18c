import { expect, test } from 'vitest'
import type { DistanceDesign, DistanceFigures } from '../../record/distance.ts'
import { toNs } from '../../record/units.ts'
import { armName, computeDistances, concludeDistances } from './figures.ts'

const design: DistanceDesign = {
  delaysMs: [0, 1],
  blocks: 60,
  warmUpBlocks: 0,
  intervalMs: 4,
  jitterMs: 1,
  connects: 60,
  level: 0.95,
}

/** Noise that all arms of a block share, and a shift with a little noise of its own. */
const latencies = (shiftMs: number): number[] =>
  Array.from({ length: 60 }, (_, block) =>
    toNs(0.3 + ((block * 7919) % 31) / 100 + shiftMs * (1 + ((block * 31) % 7) / 1000)),
  )

/** Figures of an agent that is 2 ms away and whose messages take so many round trips. */
function figures(trips: number): DistanceFigures[] {
  return computeDistances({
    design,
    latenciesNs: {
      bypass: latencies(0),
      [armName(0)]: latencies(0.2),
      [armName(1)]: latencies(0.2 + 2 * trips),
    },
    connectsNs: [latencies(0.1), latencies(2.1)],
  })
}

test.for([
  [1, 'within'],
  [2, 'exceeds'],
  [0.1, 'exceeds'],
  [1.5, 'inconclusive'],
] as const)('%f round trips: %s', ([trips, outcome]) => {
  const found = figures(trips)
  expect(found[1]?.roundTrips?.estimate).toBeCloseTo(trips, 2)
  expect(concludeDistances(found)).toBe(outcome)
})

test('the way without a delay is what the others are compared with, and no judge of itself', () => {
  const [near, far] = figures(1)
  expect(near).toMatchObject({ delayMs: 0, growthMs: null, roundTrips: null })
  expect(near?.overheadMs.estimate).toBeCloseTo(0.2, 2)
  expect(far?.overheadMs.estimate).toBeCloseTo(2.2, 1)
})

test('a round trip that did not grow makes no ratio, and so no verdict', () => {
  const same = computeDistances({
    design,
    latenciesNs: { bypass: latencies(0), [armName(0)]: latencies(0.2), [armName(1)]: latencies(2.2) },
    connectsNs: [latencies(0.1), latencies(0.1)],
  })
  expect(same[1]?.roundTrips).toBeNull()
  expect(concludeDistances(same)).toBe('inconclusive')
})
