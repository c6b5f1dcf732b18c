import { expect, test } from 'vitest'
import type { LoadTurn, PeerAgent, PeersDesign } from '../../record/peers.ts'
import { computeFigures, pairedRatio } from './figures.ts'

const design: PeersDesign = {
  blocks: 40,
  warmUpBlocks: 0,
  intervalMs: 3,
  jitterMs: 1,
  rounds: 6,
  roundMs: 1000,
  roundWarmUpMs: 0,
  connections: 16,
  level: 0.95,
}

function agent(name: string): PeerAgent {
  return { name, isOurs: name === 'ours', address: '', command: null, processes: 1, isPinned: true }
}

/** A second under load in each of six rounds, the machine faster from round to round. */
function turns(arm: string, requests: number, agentCpuMs: number | null): LoadTurn[] {
  return Array.from({ length: design.rounds }, (_, round) => ({
    round,
    arm,
    requests: requests * (round + 1),
    elapsedNs: 1e9,
    agentCpuMs: agentCpuMs === null ? null : agentCpuMs * (round + 1),
    haproxyCpuMs: 900,
    clientCpuMs: 400,
    clientUtilisation: 0.5,
  }))
}

/** Noise that every arm of a block shares, with a shift of its own. */
function latencies(shiftNs: number): number[] {
  return Array.from(
    { length: design.blocks },
    (_, block) => 500_000 + ((block * 7919) % 31) * 10_000 + shiftNs,
  )
}

const { bypass, figures } = computeFigures({
  design,
  agents: [agent('ours'), agent('slow'), agent('unknown')],
  latenciesNs: {
    bypass: latencies(0),
    ours: latencies(200_000),
    slow: latencies(400_000),
    unknown: latencies(200_000),
  },
  lateStarts: 0,
  load: [
    ...turns('bypass', 30_000, null),
    ...turns('ours', 12_000, 120),
    ...turns('slow', 6_000, 120),
    ...turns('unknown', 12_000, null),
  ],
})

test('added latency is paired by block', () => {
  expect(figures.map(({ name, addedMs }) => [name, addedMs.estimate, addedMs.lower, addedMs.upper])).toEqual([
    ['ours', 0.2, 0.2, 0.2],
    ['slow', 0.4, 0.4, 0.4],
    ['unknown', 0.2, 0.2, 0.2],
  ])
  expect(figures[1]).toMatchObject({
    addedMedianMs: 0.4,
    addedRatio: { estimate: 0.5, lower: 0.5, upper: 0.5 },
    differenceMs: { estimate: -0.2 },
  })
  expect(figures[0]).toMatchObject({ addedRatio: null, differenceMs: null, loadRatio: null, cpuRatio: null })
})

test('load and processor time are paired by round: rounds that differ six times leave the ratio certain', () => {
  expect(figures[1]?.load).toMatchObject({
    requestsPerSecond: { median: 21_000, min: 6_000, max: 36_000 },
    haproxyShare: 0.9,
    clientShare: 0.4,
  })
  expect(figures[1]?.load.agentShare).toBeCloseTo(0.42)
  expect(figures[1]?.load.cpuUsPerRequest?.median).toBeCloseTo(20)
  expect(figures[1]?.loadRatio?.estimate).toBeCloseTo(2)
  expect(figures[1]?.loadRatio?.lower).toBeCloseTo(2)
  expect(figures[1]?.cpuRatio?.upper).toBeCloseTo(0.5)
  expect(bypass.load.agentShare).toBeNull()
})

test('where the process is not known there is no number', () => {
  expect(figures[2]?.load).toMatchObject({ cpuUsPerRequest: null, agentShare: null })
  expect(figures[2]?.cpuRatio).toMatchObject({ estimate: null, lower: null, upper: null })
})

test('a ratio of fewer than six rounds has no bounds, and one missing figure leaves none at all', () => {
  expect(pairedRatio([2, 2, 2], [1, 1, 1], 0.95)).toMatchObject({ lower: null, upper: null })
  expect(pairedRatio([2, 2, 2], [1, 1, 1], 0.95).estimate).toBeCloseTo(2)
  expect(pairedRatio([2, 2, null], [1, 1, 1], 0.95).estimate).toBeNull()
  expect(pairedRatio([2, 2, 2], [1, 1, 0], 0.95).estimate).toBeNull()
})
