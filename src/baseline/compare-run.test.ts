import { expect, test } from 'vitest'
import { compareRun } from './compare-run.ts'
import { baseline, baselineFile, bypass, soundRun, storedRun } from './testing.ts'

const compare = (
  overheads: readonly number[],
  file = baselineFile(),
  marginMs = 0.1,
): ReturnType<typeof compareRun> => compareRun(soundRun('new', overheads).run.latencies, file, marginMs)

// Five runs 0.19 ... 0.21: mean 0.2, s = 0.0079057, times sqrt(1.2) = 0.0086603; t(4, 0.975) = 2.776445.
test('where a new run would lie, worked by hand', () => {
  const [first] = compare([0.2, 0.2]).latencies
  expect(first?.prediction.mean).toBeCloseTo(0.2, 12)
  expect(first?.lower).toBeCloseTo(0.2 - 2.776445 * 0.0086603, 6)
  expect(first?.upper).toBeCloseTo(0.2 + 2.776445 * 0.0086603, 6)
})

test('within, exceeds and what lies between, one latency at a time', () => {
  expect(compare([0.2, 0.2])).toMatchObject({ outcome: 'within' })
  // t(4, 0.95) = 2.131847: the bound touches the margin at 0.2 + 0.1 - 0.0184625.
  expect(compare([0.2, 0.2815]).latencies[1]).toMatchObject({ verdict: 'within' })
  expect(compare([0.2, 0.2816])).toMatchObject({ outcome: 'inconclusive' })
  // t(4, 0.995) = 4.604095, Holm over two: 0.3 + 0.0398728.
  expect(compare([0.2, 0.3398])).toMatchObject({ outcome: 'inconclusive' })
  expect(compare([0.2, 0.3399])).toMatchObject({ outcome: 'exceeds' })
  expect(compare([0.1, 0.1])).toMatchObject({ outcome: 'within' })
})

test('Holm: a second latency that is slower as well needs less', () => {
  const { latencies } = compare([0.36, 0.335])
  // t(4, 0.99) = 3.746947 for the larger p: 0.3 + 0.0324496.
  expect(latencies.map(({ verdict }) => verdict)).toEqual(['exceeds', 'exceeds'])
})

test('a machine that is half as fast makes both slower: that is no change, and the same overhead is one', () => {
  const slow = (overheads: readonly number[]): ReturnType<typeof compareRun> =>
    compareRun(
      soundRun('slow', overheads).run.latencies.map((one) => ({ ...one, arms: { bypass: bypass(2) } })),
      baselineFile(),
      0.1,
    )
  const [first] = slow([0.4, 0.4]).latencies
  expect(first?.prediction.mean).toBeCloseTo(0.4, 12)
  expect(first?.prediction.deviation).toBeCloseTo(2 * 0.0079057, 6)
  expect(slow([0.4, 0.4])).toMatchObject({ outcome: 'within' })
  expect(slow([0.4, 0.65])).toMatchObject({ outcome: 'exceeds' })
  // As fast as before, 0.4 ms would be twice what it was.
  expect(compare([0.4, 0.4])).toMatchObject({ outcome: 'exceeds' })
})

test('a run of the baseline more or less does not pool: the spread is between runs', () => {
  const wide = baseline({ runs: [0.1, 0.15, 0.2, 0.25, 0.3].map((ms, i) => storedRun(`w${i}`, [ms, ms])) })
  expect(compare([0.2, 0.2], baselineFile(wide))).toMatchObject({ outcome: 'inconclusive' })
})

test('the drift is against the oldest baseline, the verdict against the last', () => {
  const old = baseline({
    savedAt: '2025-01-01T00:00:00.000Z',
    runs: [0.1, 0.11, 0.12, 0.11, 0.11].map((ms, i) => storedRun(`o${i}`, [ms, ms])),
  })
  const { outcome, latencies, oldest } = compare([0.2, 0.2], baselineFile(old, baseline()))
  expect(outcome).toBe('within')
  expect(oldest).toBe(old)
  expect(latencies[0]?.drift?.estimate).toBeCloseTo(0.09, 12)
  expect(compare([0.2, 0.2]).latencies[0]?.drift).toBeNull()
})

test('too few runs and a missing latency are not comparable', () => {
  const few = baseline({ runs: baseline().runs.slice(0, 4) })
  expect(() => compare([0.2, 0.2], baselineFile(few))).toThrow(/holds 4 of the 5 runs[^]*--runs 1 /)
  expect(() => compare([0.2, 0.2, 0.2])).toThrow(expect.objectContaining({ code: 'not-comparable' }))
  expect(() =>
    compareRun(
      soundRun('x').run.latencies.map((l) => ({ ...l, verdict: null })),
      baselineFile(),
    ),
  ).toThrow(expect.objectContaining({ code: 'invalid' }))
})
