import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { speaksSpop } from '../haproxy/config.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { withCleanup } from './cleanup.ts'
import { type ConditionDifferences, measureCondition, type Setting } from './measure-condition.ts'
import { startStack } from './stack.ts'

const { binaries } = await haproxysAtHand()
const newest = binaries.at(-1) as HaproxyBinary

function measure(setting: Partial<Setting>, isOneLoop = false): Promise<ConditionDifferences> {
  return withCleanup(async (cleanup) =>
    measureCondition({
      setting: {
        condition: 'paced',
        mode: 'as-is',
        nbthread: 1,
        latencyMs: 10,
        arms: ['bypass', 'offload', 'control'],
        blocks: 8,
        ...setting,
      },
      release: newest.release,
      stack: cleanup.use(await startStack({ epochNs: process.hrtime.bigint(), isOneLoop })),
      machine: { binary: newest, nbthread: 1, haproxyPrefix: () => [], enter: async () => {} },
      key: randomBytes(32),
      warmUpRounds: 0,
      signal: new AbortController().signal,
    }),
  )
}

// An arm that did not wait, or whose wait was not recorded, makes measureCondition throw.
test.skipIf(!speaksSpop(newest.release))(
  'HAProxy itself waits in the control arm and says how long',
  async () => {
    const { overhead, waiting, spoe } = await measure({})
    expect([overhead.length, waiting.length, spoe.length]).toEqual([8, 8, 8])
    overhead.forEach((difference, block) =>
      expect(difference).toBe((waiting[block] ?? 0) + (spoe[block] ?? 0)),
    )
  },
)

test('client and agent in one event loop measure as well', async () => {
  const { overhead, waiting } = await measure({ arms: ['bypass', 'offload'], condition: 'sequential' }, true)
  expect([overhead.length, waiting.length]).toEqual([8, 0])
})
