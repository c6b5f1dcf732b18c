import { expect, test } from 'vitest'
import type { AgentFigures, ArmLoad, PeerAgent, Peers, Ratio } from '../record/peers.ts'
import { renderPeers } from './peers-table.ts'
import { effect, syntheticRun } from './testing.ts'

function ratio(estimate: number | null): Ratio {
  const bound = (by: number): number | null => (estimate === null ? null : estimate + by)
  return { estimate, lower: bound(-0.05), upper: bound(0.05), level: 0.95 }
}

function load(median: number, cpu: number | null, clientShare = 0.4): ArmLoad {
  return {
    requestsPerSecond: { median, min: median - 500, max: median + 500 },
    cpuUsPerRequest: cpu === null ? null : { median: cpu, min: cpu, max: cpu },
    agentShare: cpu === null ? null : (median * cpu) / 1e6,
    clientShare,
    haproxyShare: 0.97,
    clientUtilisation: 0.45,
  }
}

function agent(name: string, changes: Partial<PeerAgent> = {}): PeerAgent {
  return {
    name,
    isOurs: name === 'ours',
    address: '127.0.0.1:12345',
    command: `${name} -p 12345`,
    processes: 1,
    isPinned: true,
    ...changes,
  }
}

function theirs(name: string, changes: Partial<AgentFigures> = {}): AgentFigures {
  return {
    name,
    addedMs: effect(0.231, 0.01),
    addedMedianMs: 0.229,
    addedRatio: ratio(0.92),
    differenceMs: effect(-0.019, 0.005),
    load: load(12_000, 20),
    loadRatio: ratio(1.08),
    cpuRatio: ratio(0.7),
    ...changes,
  }
}

const ours = theirs('ours', {
  addedMs: effect(0.212, 0.01),
  addedRatio: null,
  differenceMs: null,
  loadRatio: null,
  cpuRatio: null,
})

function peers(changes: Partial<Peers> = {}): Peers {
  return {
    schema: 'spoe-bench/peers/1',
    runId: 'a-run',
    startedAt: '2026-11-25T08:00:00.000Z',
    host: syntheticRun().host,
    design: {
      blocks: 1500,
      warmUpBlocks: 20,
      intervalMs: 3,
      jitterMs: 1,
      rounds: 8,
      roundMs: 2000,
      roundWarmUpMs: 200,
      connections: 16,
      level: 0.95,
    },
    agents: [agent('ours'), agent('c')],
    bypass: { medianMs: 0.51, load: load(60_000, null) },
    figures: [ours, theirs('c')],
    lateStarts: 0,
    latenciesNs: {},
    load: [],
    ...changes,
  }
}

/** The words of the one line under `heading` that starts with the name. */
function row(text: string, heading: string, name: string): string | undefined {
  const lines = text.slice(text.indexOf(heading)).split('\n')
  return lines.find((line) => line.startsWith(`${name} `))?.replaceAll(/ +/g, ' ')
}

test('who was measured, where, and what each figure is', () => {
  const text = renderPeers(peers())
  expect(text).toContain('awake, HAProxy on core 0, agents and client on core 1')
  expect(text).toContain('\nc: 127.0.0.1:12345, c -p 12345\n')
  expect(row(text, 'Latency', 'c')).toBe(
    'c 0.231 [0.221, 0.241] 0.229 0.920 [0.870, 0.970] -0.019 [-0.024, -0.014]',
  )
  expect(row(text, 'Latency', 'ours')).toBe('ours 0.212 [0.202, 0.222] 0.229')
  expect(row(text, 'Load', 'c')).toBe(
    'c 12000 11500-12500 1.080 [1.030, 1.130] 20.0 0.700 [0.650, 0.750] 24 % 40 % 97 % 45 %',
  )
  expect(row(text, 'Load', 'bypass')).toBe('bypass 60000 59500-60500 40 % 97 % 45 %')
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
})

test('a process that was not found is said, and no number stands for it', () => {
  const text = renderPeers(
    peers({
      agents: [agent('ours'), agent('c', { command: null, processes: 0, isPinned: false })],
      figures: [ours, theirs('c', { load: load(12_000, null), cpuRatio: ratio(null) })],
    }),
  )
  expect(text).toContain('client and known agents on core 1')
  expect(row(text, 'Load', 'c')).toContain('not known not known')
  expect(text).toContain('No process found for c:')
})

test('a client that was the bottleneck and late starts are said', () => {
  const busy = renderPeers(
    peers({ bypass: { medianMs: 0.5, load: load(60_000, null, 0.97) }, lateStarts: 91 }),
  )
  expect(busy).toContain('The client was the bottleneck for bypass')
  expect(busy).toContain('91 of 4500 requests started late')
  const quiet = renderPeers(peers({ lateStarts: 90 }))
  expect(quiet).not.toContain('bottleneck')
  expect(quiet).not.toContain('started late')
})

test('the row of a long name is whole, without what the width has no room for', () => {
  const name = 'c-pipelining'
  const text = renderPeers(peers({ agents: [agent('ours'), agent(name)], figures: [ours, theirs(name)] }))
  expect(row(text, 'Load', name)).toMatch(/ 24 % 40 % 97 %$/)
})
