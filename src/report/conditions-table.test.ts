import { expect, test } from 'vitest'
import { syntheticRecords } from '../trial/testing/synthetic-run.ts'
import { estimateEffect } from '../trial/effect.ts'
import { testPlan } from '../trial/testing/test-plan.ts'
import { renderConditions } from './conditions-table.ts'

const { host } = syntheticRecords(
  testPlan({
    arms: ['bypass', 'offload'],
    agentSleepsMs: [0],
    requests: [3],
  }),
)

/** Differences from `centre` - 50 to + 50 us. */
const row = (name: string, centre: number) => ({
  name,
  lateStarts: 2,
  effect: estimateEffect(
    Array.from({ length: 101 }, (_, index) => (centre + ((37 * index) % 101) - 50) * 1_000),
    { level: 0.95, resamples: 100 },
  ),
})
const rows = [row('a', 300), row('b', 400), row('c', 405)]

test('a contrast says how much more or less, and when nothing was shown', () => {
  const text = renderConditions(
    rows,
    [
      { first: 'a', second: 'b', says: 'Sleeping' },
      { first: 'b', second: 'a', says: 'Waking' },
      { first: 'b', second: 'c', says: 'Nothing' },
      { first: 'a', second: 'not measured here', says: 'Absent' },
    ],
    host,
  )
  expect(text).toMatch(/^a +0\.300 ms {2}\[0\.29\d, 0\.30\d\] {2}spread 0\.037 ms, 101 blocks, 2 late$/m)
  expect(text).toMatch(/^Sleeping: 0\.100 ms more \[0\.09\d, 0\.10\d\]\.$/m)
  expect(text).toMatch(/^Waking: 0\.100 ms less \[-0\.10\d, -0\.09\d\]\.$/m)
  expect(text).toMatch(/^Nothing: no difference shown, 0\.005 ms \[-0\.00\d, 0\.01\d\]\.$/m)
  expect(text).not.toContain('Absent')
})

test('a machine that could not be kept awake is said to be as is in every row', () => {
  expect(renderConditions(rows, [], host)).toContain('left as is in every row')
  const awake = { ...host, keepAwake: { ...host.keepAwake, mode: 'awake' as const } }
  expect(renderConditions(rows, [], awake)).toContain('kept awake where the name does not say as is')
})
