import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findDelayKind } from '../../host/distance.ts'
import { haproxysAtHand } from '../../haproxy/testing.ts'
import { measureDistance } from './measure-distance.ts'
import { testHost, testMachine } from '../testing/test-host.ts'

// Opt-in, as it takes root and makes network devices: SPOE_BENCH_DISTANCE=1 npm test -- --project e2e src/trial/distance

const isAsked = process.env['SPOE_BENCH_DISTANCE'] === '1'
const kind = isAsked ? await findDelayKind() : { reason: 'not asked for: SPOE_BENCH_DISTANCE=1' }
const { binaries } = await haproxysAtHand()
const binary = binaries.at(-1)!

const devices = (): string[] => readdirSync('/sys/class/net').filter((name) => name.startsWith('sb'))

test('every packet is kept back, every request proves itself, and no device is left', async ({ skip }) => {
  const found = typeof kind === 'object' ? skip(kind.reason) : kind
  const delaysMs = [0, 5]
  const { figures } = await measureDistance({
    runId: 'a-run',
    startedAt: '2026-01-01T00:00:00.000Z',
    design: { delaysMs, blocks: 30, warmUpBlocks: 2, intervalMs: 4, jitterMs: 1, level: 0.9, margin: 0.1 },
    kind: found,
    machine: testMachine(binary),
    host: testHost(binary),
    seed: new Uint8Array(32).fill(1),
    warmUpRounds: 2,
    signal: new AbortController().signal,
  })
  // Nothing is faster than the network: two delays there and back, for a name and for a message. Either of them asked
  // twice would be past 18.
  expect(figures[1]?.echoMs.estimate).toBeGreaterThan(9)
  expect(figures[1]?.echoMs.estimate).toBeLessThan(18)
  expect(figures[1]?.overheadMs.estimate).toBeGreaterThan(9)
  expect(figures[1]?.overheadMs.estimate).toBeLessThan(18)
  expect(devices()).toEqual([])
})
