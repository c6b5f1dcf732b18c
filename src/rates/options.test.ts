import { expect, test } from 'vitest'
import { listShapes, sweeps, type SweepName } from './cells.ts'
import { expectTime, parseRatesSizes } from './options.ts'

test('what is not said has a default', () => {
  expect(parseRatesSizes({})).toEqual({ rates: null, seconds: 180, rounds: 6, threads: [1], sweep: null })
})

test('steps are sorted, and each is asked once', () => {
  expect(parseRatesSizes({ SPOE_BENCH_STEPS: '8000,500,500' }).rates).toEqual([500, 8000])
})

test.for([
  ['STEPS', '0,5', '--steps'],
  ['SECONDS', 'three', '--seconds'],
  ['NBTHREAD', '0', '--nbthread'],
  ['SWEEP', 'everything', '--sweep to be one of event, payload, nbthread, in-flight, pipelining'],
] as const)('%s=%s is told from what was expected', ([name, value, said]) => {
  expect(() => parseRatesSizes({ [`SPOE_BENCH_${name}`]: value })).toThrow(said)
})

test.for([
  [{}, 82],
  [{ ROUNDS: '12' }, 164],
  // A low rate gets a longer window, and is known.
  [{ STEPS: '100' }, 28],
  [{ STEPS: '20000' }, 13],
  [{ STEPS: '20000', NBTHREAD: '1,2' }, 26],
  [{ SWEEP: 'payload', STEPS: '20000', ROUNDS: '1' }, 5],
] as const)('%o takes %i seconds at least', ([changes, least]) => {
  const sizes = (seconds: number): ReturnType<typeof parseRatesSizes> =>
    parseRatesSizes({
      ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`SPOE_BENCH_${name}`, value])),
      SPOE_BENCH_SECONDS: String(seconds),
    })
  expect(() => expectTime(sizes(least))).not.toThrow()
  expect(() => expectTime(sizes(least - 1))).toThrow(`Expected --seconds of ${least} or more for `)
})

test('every cell of a sweep has a name of its own and differs in one thing', () => {
  for (const sweep of Object.keys(sweeps) as SweepName[]) {
    const shapes = listShapes(sweep, [1])
    expect(new Set(shapes.map(({ name }) => name)).size).toBe(shapes.length)
    const values = shapes.map((shape) => Object.values(shape))
    const varied = values[0]?.map((_, place) => new Set(values.map((each) => each[place])).size > 1)
    // That and its name.
    expect(varied?.filter(Boolean)).toHaveLength(2)
  }
  const threadsOf = (sweep: SweepName, threads: number[]): number[] =>
    listShapes(sweep, threads).map(({ nbthread }) => nbthread)
  expect(threadsOf('pipelining', [4])).toEqual([4, 4])
  expect(threadsOf('pipelining', [1, 4])).toEqual([1, 1, 4, 4])
  expect(threadsOf('nbthread', [1])).toEqual([1, 2])
  expect(threadsOf('nbthread', [4])).toEqual([1, 4])
  expect(threadsOf('nbthread', [2, 4])).toEqual([2, 4])
  expect(listShapes(null, [1, 2]).map(({ name }) => name)).toEqual([
    'keep-alive, nbthread 1',
    'new, nbthread 1',
    'keep-alive, nbthread 2',
    'new, nbthread 2',
  ])
})
