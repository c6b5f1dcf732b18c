import { expect, test } from 'vitest'
import { nameBuilds } from '../../haproxy/binary.ts'
import { haproxysAtHand } from '../../haproxy/testing.ts'
import type { Versions } from '../../record/versions.ts'
import { compareVersions } from './compare-versions.ts'
import { testHost, testMachine } from '../testing/test-host.ts'

const { binaries, label } = await haproxysAtHand()
const newest = binaries.at(-1)!

async function compare(agent?: string, changes: Partial<Versions['design']> = {}): Promise<Versions[]> {
  const saved: Versions[] = []
  const last = await compareVersions({
    runId: 'a-run',
    startedAt: '2026-01-01T00:00:00.000Z',
    binaries,
    threads: [1],
    design: {
      sleepsMs: [10],
      rounds: 1,
      blocksPerRound: 8,
      warmUpBlocks: 2,
      intervalMs: 3,
      jitterMs: 1,
      lateShare: 1,
      level: 0.95,
      ...changes,
    },
    machine: testMachine(newest),
    host: testHost(newest),
    seed: new Uint8Array(32).fill(1),
    warmUpRequests: 2,
    onProgress: () => {},
    onRound: (versions) => saved.push(versions),
    signal: new AbortController().signal,
    ...(agent === undefined ? {} : { agentModule: new URL(`../testing/${agent}.ts`, import.meta.url) }),
  })
  expect(saved.at(-1)).toEqual(last)
  return saved
}

test(`side by side, a request to each in every block: ${label}`, async () => {
  const saved = await compare(undefined, { sleepsMs: [0, 10], rounds: 2 })
  const names = [...nameBuilds(binaries), `${newest.version} again`]
  // Kept after each of two boots at two sleeps.
  expect(saved.map(({ rounds }) => rounds.length)).toEqual([1, 2, 3, 4])
  const { figures, contrasts, samples, rounds } = saved.at(-1)!
  expect(rounds.flatMap(({ faults }) => faults)).toEqual([])
  expect(figures.map(({ sleepMs, subject, overheadMs }) => [sleepMs, subject, overheadMs.count])).toEqual(
    [0, 10].flatMap((sleepMs) => names.map((name) => [sleepMs, name, 16])),
  )
  expect(contrasts).toHaveLength(binaries.length * (binaries.length - 1))
  expect(samples).toHaveLength(4 * names.length)
  for (const { sleepMs, bypassNs, offloadNs, sleepNs } of samples) {
    expect([bypassNs.length, offloadNs.length, sleepNs.length]).toEqual([8, 8, 8])
    // Nobody is faster than his agent.
    offloadNs.forEach((ns, block) => expect(ns).toBeGreaterThan(sleepNs[block] ?? Infinity))
    expect(Math.min(...sleepNs)).toBeGreaterThanOrEqual(sleepMs * 1e6)
  }
})

test('an agent that stops proving itself makes the run invalid, and there is no figure', async () => {
  const [versions] = await compare('mute-agent')
  expect(versions).toMatchObject({ outcome: 'invalid', figures: [], contrasts: [], repeatMs: null })
  expect(versions?.reasons[0]).toContain('agent sleeps 10 ms, boot 1:')
})

test('an agent that never proves itself is not timed', async () => {
  await expect(compare('silent-agent')).rejects.toThrow(
    'Expected every request to prove itself before anything is timed',
  )
})
