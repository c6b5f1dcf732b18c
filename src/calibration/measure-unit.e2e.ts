import { expect, test } from 'vitest'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { haproxysAtHand } from '../haproxy/testing.ts'
import { startStack } from '../trial/stack.ts'
import { measureUnit } from './measure-unit.ts'
import { isSound, unitSchema } from './record.ts'

const { binaries } = await haproxysAtHand()
const newest = binaries.at(-1) as HaproxyBinary

test('a unit compares a bypass and three offloads, and opens what was sealed', async () => {
  await using stack = await startStack({ epochNs: process.hrtime.bigint() })
  const { unit, blocks } = await measureUnit({
    runId: 'a-run',
    latencyMs: 0,
    blocks: 25,
    mode: 'as-is',
    release: newest.release,
    stack,
    machine: { binary: newest, nbthread: 1, haproxyPrefix: () => [], enter: async () => {} },
    key: new Uint8Array(32).fill(7),
    warmUpRounds: 0,
    // A harness test may run on a machine that is busy with others.
    lateShare: 1,
    onProgress: () => {},
    signal: new AbortController().signal,
  })
  expect(unit.faults).toEqual([])
  expect(isSound(unitSchema.parse(unit))).toBe(true)
  expect([0.05, 0.1]).toContain(unit.injected)
  expect(blocks?.differencesNs).toHaveLength(25)
})
