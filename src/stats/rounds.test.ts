import { expect, test } from 'vitest'
import { roundsReach, summariseRounds, testRounds } from './rounds.ts'
import { signedRankTest } from './signed-rank.ts'
import { normalNoise } from './testing.ts'

test('worked by hand: 1, 2, 3, 4, 5', () => {
  const rounds = summariseRounds([1, 2, 3, 4, 5])
  expect(rounds).toMatchObject({ count: 5, mean: 3 })
  expect(rounds.standardError).toBeCloseTo(Math.sqrt(2.5 / 5), 12)
  // t(4, 0.975) = 2.776445; t = 3 / sqrt(0.5) = 4.242641 has 0.006618 beyond it.
  expect(roundsReach(rounds, 0.975)).toBeCloseTo(2.776445 * Math.sqrt(0.5), 5)
  expect(testRounds(rounds, 0)).toBeCloseTo(0.006618, 5)
})

test('a p is at most alpha exactly when the lower bound has passed the margin', () => {
  const rounds = summariseRounds([0.21, 0.25, 0.22, 0.26, 0.23, 0.24, 0.2, 0.27])
  for (const alpha of [0.2, 0.05, 0.01, 0.002]) {
    const lower = rounds.mean - roundsReach(rounds, 1 - alpha)
    expect(testRounds(rounds, lower - 1e-9)).toBeLessThan(alpha)
    expect(testRounds(rounds, lower + 1e-9)).toBeGreaterThan(alpha)
  }
})

test('the other way round it is the mirror', () => {
  const estimates = [0.03, -0.01, 0.002, 0.04]
  const [one, other] = [summariseRounds(estimates), summariseRounds(estimates.map((value) => -value))]
  expect(other).toEqual({ ...one, mean: -one.mean })
  expect(testRounds(one, 0) + testRounds(other, 0)).toBeCloseTo(1, 12)
})

test('without any spread only the side of the margin counts', () => {
  const rounds = summariseRounds([0.25, 0.25, 0.25])
  expect([testRounds(rounds, 0.2), testRounds(rounds, 0.25), testRounds(rounds, 0.3)]).toEqual([0, 1, 1])
})

test('one round has no spread', () => {
  expect(() => summariseRounds([1])).toThrow(expect.objectContaining({ code: 'EMPTY_SAMPLE' }))
})

test('simulated: processes of their own make blocks too sure, and rounds not', () => {
  const noise = normalNoise(5)
  const [roundCount, blockCount, trials] = [8, 20, 2_000]
  const alarms = { blocks: 0, rounds: 0 }
  for (let trial = 0; trial < trials; trial++) {
    // A process lies as far from another as two of its blocks do from each other, and both sides are alike.
    const rounds = Array.from({ length: roundCount }, () => {
      const own = noise() - noise()
      return Array.from({ length: blockCount }, () => own + noise() - noise())
    })
    const means = rounds.map((blocks) => blocks.reduce((sum, value) => sum + value, 0) / blockCount)
    if (testRounds(summariseRounds(means), 0) <= 0.01) alarms.rounds++
    if (signedRankTest(rounds.flat(), { shift: 0, alternative: 'greater' }) <= 0.01) alarms.blocks++
  }
  // Four standard errors of a share of 1 %.
  expect(alarms.rounds / trials).toBeLessThan(0.01 + 4 * Math.sqrt((0.01 * 0.99) / trials))
  expect(alarms.rounds).toBeGreaterThan(0)
  expect(alarms.blocks / trials).toBeGreaterThan(0.15)
})

test('simulated: what eight rounds that differ by 0.03 ms find, five do not find as surely', () => {
  const noise = normalNoise(8)
  const trials = 2_000
  // A gate of five latencies at 1 %: the first one has to pass 1 % / 5, against 0.02 ms.
  const shareFound = (roundCount: number, shiftMs: number): number => {
    let found = 0
    for (let trial = 0; trial < trials; trial++) {
      const rounds = Array.from({ length: roundCount }, () => shiftMs + 0.03 * noise())
      if (testRounds(summariseRounds(rounds), 0.02) <= 0.002) found++
    }
    return found / trials
  }
  expect(shareFound(8, 0.1)).toBeGreaterThan(0.98)
  expect(shareFound(5, 0.1)).toBeLessThan(0.75)
  expect(shareFound(8, 0)).toBeLessThan(0.002)
})
