import { expect, test } from 'vitest'
import { createRandom } from '../record/random.ts'
import { createCases } from './simulate.ts'
import { levels } from './levels.ts'
import { relabel } from './relabel.ts'
import { testDifference } from './measure-unit.ts'

const draw = createCases({ level: levels[4]!, count: 100, effectNs: 300_000, seed: 'relabel' })
const stored = [draw(), draw()].map((differences) => ({
  at: '2026-01-01T00:00:00.000Z',
  mode: 'awake' as const,
  differencesNs: [...differences],
}))

test('relabelled blocks raise alarms as often as the level says, whatever their arms were', () => {
  expect(stored.every(({ differencesNs }) => testDifference(differencesNs) < 0.001)).toBe(true)
  const { alarms } = relabel(stored, 4_000, [0.05, 0.01])
  expect(alarms[0]! / 4_000).toBeGreaterThan(0.04)
  expect(alarms[0]! / 4_000).toBeLessThan(0.06)
  expect(alarms[1]! / 4_000).toBeLessThan(0.015)
  expect(relabel(stored, 4_000, [0.05, 0.01])).toEqual({ relabellings: 4_000, alarms })
})

test('p is of either direction, and mirrored differences have the same', () => {
  const random = createRandom(new Uint8Array(32))
  const noise = Array.from({ length: 50 }, () => random.below(2_000) - 900)
  expect(testDifference(noise)).toBe(testDifference(noise.map((value) => 0 - value)))
  expect(testDifference([5, 6, 7, 8, 9, 10])).toBe(2 / 64)
})
