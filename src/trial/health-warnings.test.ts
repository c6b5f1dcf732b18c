import { expect, test } from 'vitest'
import { normalNoise } from '../stats/testing.ts'
import { estimateEffect } from './effect.ts'
import { healthWarnings } from './health-warnings.ts'

const well = { overheadMs: null, stealShare: 0, startDelayMs: 1.2, roundTripMs: 0.06 }

/** 1,000 differences with something added to each by its place in time. */
function effectOf(add: (block: number) => number): ReturnType<typeof estimateEffect> {
  const noise = normalNoise(3)
  const sample = Array.from({ length: 1_000 }, (_, block) => Math.round(300_000 * (noise() + add(block))))
  return estimateEffect(sample, { level: 0.95, resamples: 199 })
}

test('a quiet machine says nothing, and what was not measured is not warned of', () => {
  expect(healthWarnings({ ...well, overheadMs: effectOf(() => 0) })).toEqual([])
  expect(
    healthWarnings({ overheadMs: null, stealShare: null, startDelayMs: null, roundTripMs: null }),
  ).toEqual([])
})

test.for([
  ['drift: the overhead rose', { overheadMs: effectOf((block) => block / 500) }],
  ['drift: the overhead fell', { overheadMs: effectOf((block) => -block / 500) }],
  ['warm-up: the first tenth', { overheadMs: effectOf((block) => (block < 100 ? 1 : 0)) }],
  ['steal: the hypervisor took 2.5 %', { stealShare: 0.025 }],
  ['event loop: a twentieth of the requests started 3.1 ms late', { startDelayMs: 3.1 }],
  ['timer probe: this machine took 0.31 ms', { roundTripMs: 0.31 }],
] as const)('%s', ([beginning, change]) => {
  const warnings = healthWarnings({ ...well, ...change })
  expect(warnings.some((warning) => warning.startsWith(beginning))).toBe(true)
})

test('at the limit nothing is said', () => {
  expect(healthWarnings({ overheadMs: null, stealShare: 0.02, startDelayMs: 3, roundTripMs: 0.3 })).toEqual(
    [],
  )
})
