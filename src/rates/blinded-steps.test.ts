import { expect, test } from 'vitest'
import type { ArmStep, Stretch } from '../record/rates.ts'
import { analyseSteps } from './blinded-steps.ts'
import { armsOfCell, concludeRates } from './conclude-rates.ts'
import { findFaults, openSteps } from './open-steps.ts'
import { binsAround, makeStretch, testCell, testPlan } from './testing.ts'

/** Six rounds of two rates; code 1 takes 0.2 ms more than code 0, and rounds differ by far more than that. */
const stretches: Stretch[] = [1000, 5000].flatMap((rate) =>
  [0, 1, 2, 3, 4, 5].flatMap((round) => [
    makeStretch({ rate, round, code: 0 }, 0.3 + round / 10, '--'),
    makeStretch({ rate, round, code: 1 }, 0.5 + round / 10, '50'),
  ]),
)
const armsOf = (): readonly ['bypass', 'offload'] => ['bypass', 'offload']
const swapped = stretches.map((stretch): Stretch => ({ ...stretch, code: stretch.code === 0 ? 1 : 0 }))

test('overhead is paired by round, so that rounds that differ leave it certain', () => {
  const [step] = openSteps(analyseSteps(testPlan, stretches), armsOf)
  expect(step?.overheadMs?.estimate).toBeCloseTo(0.2, 2)
  expect(step?.overheadMs?.upper).toBeLessThan(0.21)
  expect(step?.overheadMs?.lower).toBeGreaterThan(0.19)
  expect(step?.overheadP99Ms?.estimate).toBeGreaterThan(0.2)
  expect(step?.offload.haproxyThread).toBeCloseTo(0.4)
  // A rate of which a round is missing has no figures.
  expect(analyseSteps(testPlan, stretches.slice(0, -1)).map(({ rate }) => rate)).toEqual([1000])
})

test('time that was stolen makes the machine full as what is busy does; a record without it says nothing', () => {
  const on = (busyShare: number | undefined, stealShare: number | null): ArmStep | undefined =>
    analyseSteps(
      testPlan,
      stretches.map((each): Stretch => {
        const { busyShare: _, ...cpu } = each.cpu
        return { ...each, cpu: { ...cpu, stealShare, ...(busyShare === undefined ? {} : { busyShare }) } }
      }),
    )[0]?.codes[1]
  expect(on(0.8, 0.05)).toMatchObject({ saturated: null, isOurs: false })
  expect(on(0.8, 0.15)).toMatchObject({ saturated: 'machine', isOurs: true })
  expect(on(0.8, null)).toMatchObject({ machine: null, saturated: null })
  expect(on(undefined, 0.95)).toMatchObject({ machine: null, saturated: null })
})

test('above a rate at which an arm is ours it is ours, and the other arm is not', () => {
  const late = stretches.map((each): Stretch => {
    return each.code === 1 && each.rate === 1000 ? { ...each, lateness: [...binsAround(3, 1000)] } : each
  })
  const ours = analyseSteps(testPlan, late).map(({ codes }) => codes.map(({ isOurs }) => isOurs))
  expect(ours).toEqual([
    [false, true],
    [false, true],
  ])
})

test('exchanging the codes exchanges the figures and turns the differences around, exactly', () => {
  const opened = openSteps(analyseSteps(testPlan, stretches), armsOf)
  expect(openSteps(analyseSteps(testPlan, swapped), () => ['offload', 'bypass'])).toEqual(opened)
  expect(openSteps(analyseSteps(testPlan, swapped), armsOf)).not.toEqual(opened)
})

test('a p99 takes a thousand requests a round', () => {
  const few = stretches.map((stretch): Stretch => ({ ...stretch, latency: [4000, 900] }))
  const [step] = openSteps(analyseSteps(testPlan, few), armsOf)
  expect(step?.offload).toMatchObject({ p99Ms: null })
  expect(step?.offload.pooledP99Ms).not.toBeNull()
  expect(step?.overheadP99Ms).toBeNull()
})

/** So many of a stretch's requests failed, the slowest of those that were answered aside. */
function fail(stretch: Stretch, failed: number): Stretch {
  const left = stretch.arrivals - failed
  return {
    ...stretch,
    answered: left,
    answeredInWindow: left,
    failures: { 'status 503': failed },
    bodies: Object.fromEntries(Object.keys(stretch.bodies).map((body) => [body, left])),
    latency: left === 0 ? [] : [...binsAround(0.3, left)],
  }
}

test('a request that failed is slower than every other: the median is that of all, and none where half failed', () => {
  const withFailed = (share: number): ArmStep | undefined => {
    const some = stretches.map((each) => (each.code === 1 ? fail(each, share * each.arrivals) : each))
    return openSteps(analyseSteps(testPlan, some), armsOf)[0]?.offload
  }
  // 0.27 to 0.33 ms: a third of the answers lie above the median of all when a quarter of the requests failed.
  expect(withFailed(0)?.medianMs?.estimate).toBeCloseTo(0.3, 3)
  expect(withFailed(0.25)?.medianMs?.estimate).toBeCloseTo(0.31, 3)
  expect(withFailed(0.25)).toMatchObject({ failed: 1500, scored: 4500, unscored: 0, p99Ms: null })
  expect(withFailed(0.6)).toMatchObject({ medianMs: null, p99Ms: null, pooledP99Ms: null })
  const [step] = openSteps(
    analyseSteps(
      testPlan,
      stretches.map((each) => (each.code === 1 ? { ...fail(each, each.arrivals), lateness: [] } : each)),
    ),
    armsOf,
  )
  expect(step).toMatchObject({ overheadMs: null, overheadP99Ms: null, offload: { latenessP99Ms: null } })
})

test('each arm is judged by its own standing, at the lowest rate too', () => {
  const twoRates = { ...testPlan, cells: [{ ...testCell, rates: [1000, 5000] }] }
  const conclude = (change: (stretch: Stretch) => Stretch): string[] => {
    const changed = stretches.map(change)
    const seed = new Uint8Array(32)
    const isSwapped = armsOfCell(seed, testCell.id)[0] === 'offload'
    const coded = changed.map((each): Stretch =>
      isSwapped ? { ...each, code: each.code === 0 ? 1 : 0 } : each,
    )
    return concludeRates(twoRates, coded, analyseSteps(twoRates, coded), seed).reasons
  }
  expect(conclude((each) => each)).toEqual([])
  // The lowest rate is too much already.
  expect(conclude((each) => (each.code === 1 ? fail(each, 0.5 * each.arrivals) : each))).toEqual([])
  expect(conclude((each) => (each.code === 1 ? fail(each, 1) : each))[0]).toContain(
    'offload: 1 requests failed',
  )
  // Bypass holds what the offload does not.
  const reasons = conclude((each) => (each.rate === 5000 ? fail(each, each.code === 1 ? 2500 : 1) : each))
  expect(reasons).toHaveLength(6)
  expect(reasons[0]).toContain('5000/s, round 1, bypass: 1 requests failed')
})

test('proofs that hold have no fault; a score on bypass and an offload without one have', () => {
  const always = (): boolean => true
  expect(findFaults(stretches, armsOf, always)).toEqual([])
  const [fault] = findFaults(swapped, armsOf, always)
  expect(fault).toBe(`${testCell.id}, 1000/s, round 1, offload: 1000 requests passed the agent by`)
  const [stretch] = stretches as [Stretch]
  expect(findFaults([{ ...stretch, bodies: { no: 1 } }], armsOf, always)).toHaveLength(1)
  expect(findFaults([{ ...stretch, failures: { ECONNRESET: 2 } }], armsOf, always)[0]).toContain(
    '2 requests failed',
  )
})

test('past saturation requests may pass the agent by and fail: that is what is looked for there', () => {
  const over = makeStretch({ rate: 5000, round: 0, code: 1 }, 1, '50')
  const fallen = { ...over, bodies: { 50: 900, '--': 100 }, failures: { 'status 503': 1 } }
  expect(findFaults([fallen], armsOf, () => false)).toEqual([])
  expect(findFaults([fallen], armsOf, () => true)).toHaveLength(2)
  expect(findFaults([{ ...over, notifies: 10 }], armsOf, () => false)).toHaveLength(1)
})
