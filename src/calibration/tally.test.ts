import { expect, test } from 'vitest'
import { clopperPearson } from '../stats/clopper-pearson.ts'
import { renderCalibration } from './report.ts'
import { boundRate, tallyUnits } from './tally.ts'
import { madeComparison, madeUnit } from './testing.ts'

const units = [
  madeUnit({ twin: madeComparison(0.01, 0.03) }),
  madeUnit({ twin: madeComparison(-0.05, 0.001), overhead: madeComparison(0.34, 1e-9) }),
  // Sure of a difference, and of the wrong sign: nothing was found.
  madeUnit({ slower: madeComparison(-0.2, 1e-9) }),
  madeUnit({ slower: madeComparison(0.13, 0.0021) }),
  madeUnit({ injected: 0.05, slower: madeComparison(0.05, 0.002) }),
  { ...madeUnit(), faults: ['late'], overhead: null, twin: null, slower: null },
  madeUnit({ mode: 'as-is' }),
]

test('alarms, finds and intervals that held are counted for each mode, without the units that had faults', () => {
  const [awake, asIs] = tallyUnits(units)
  expect(awake).toMatchObject({ mode: 'awake', units: 6, faulty: 1 })
  expect(awake?.alarms.map(({ events, trials }) => [events, trials])).toEqual([
    [2, 5],
    [1, 5],
    [1, 5],
  ])
  expect(
    awake?.injections.map(({ ms, found, held }) => [ms, found.events, held.events, found.trials]),
  ).toEqual([
    [0.1, 2, 2, 4],
    [0.05, 1, 1, 1],
  ])
  expect(asIs).toMatchObject({ mode: 'as-is', units: 1, faulty: 0 })
})

test('the estimate varies from unit to unit beside what single intervals promise', () => {
  const variation = tallyUnits(units)[0]?.variation
  expect(variation?.mean).toBeCloseTo((4 * 0.3 + 0.34) / 5, 12)
  expect(variation?.deviation).toBeCloseTo(0.04 / Math.sqrt(5), 12)
  expect(variation?.expected).toBeCloseTo(0.04 / (2 * 1.959964), 6)
  expect([variation?.lowest, variation?.highest]).toEqual([0.3, 0.34])
})

test('bounds are one-sided at 95 %: none in 59 leaves at most 5 %', () => {
  expect(boundRate(0, 59).atMost).toBeCloseTo(1 - 0.05 ** (1 / 59), 9)
  expect(boundRate(59, 59).atLeast).toBeCloseTo(0.05 ** (1 / 59), 9)
  expect(boundRate(3, 50).atMost).toBe(clopperPearson(3, 50, 0.9).upper)
})

test('the report says what was counted and what the number buys', () => {
  const text = renderCalibration(units, [])
  expect(text).toContain('7 units in 0 sessions, 1 without an answer')
  expect(text).toContain('two offloads alike, alarms at 0.2 %: 1 of 5, a rate of at most 65.74 %')
  expect(text).toContain('false alarms in at most 100 % of the runs')
  expect(text).toContain('one slower by 0.100 ms, found at 0.2 %: 2 of 4, a power of at least 9.76 %')
})
