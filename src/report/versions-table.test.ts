import { expect, test } from 'vitest'
import type { Effect } from '../record/run.ts'
import type { Versions } from '../record/versions.ts'
import { estimateEffect } from '../trial/effect.ts'
import { renderVersions } from './versions-table.ts'

/** An effect of so many ms, of 40 blocks, known to 0.01 ms. */
function effect(ms: number, level = 0.95): Effect {
  const ns = Array.from({ length: 40 }, (_, block) => ms * 1e6 + (block % 5) * 1000 - 2000)
  return { ...estimateEffect(ns, { level, resamples: 199 }), lower: ms - 0.01, upper: ms + 0.01 }
}

const versions: Versions = {
  schema: 'spoe-bench/versions/1',
  runId: 'a-run',
  startedAt: '2026-01-01T00:00:00.000Z',
  host: {
    schema: 'spoe-bench/host/1',
    fingerprint: {},
    node: 'v24.21.0',
    packages: {},
    keepAwake: { mode: 'awake', reason: null, haproxyCore: 1, nodeCore: 0 },
  },
  design: {
    sleepsMs: [0],
    rounds: 4,
    blocksPerRound: 10,
    warmUpBlocks: 20,
    intervalMs: 3,
    jitterMs: 1,
    lateShare: 0.02,
    level: 0.95,
  },
  subjects: [
    { name: '2.6.12', version: '2.6.12', source: 'download', buildHash: '', nbthread: 1, repeats: null },
    { name: '3.4.7', version: '3.4.7', source: 'HAPROXY_BIN', buildHash: '', nbthread: 1, repeats: null },
    {
      name: '3.4.7 again',
      version: '3.4.7',
      source: 'HAPROXY_BIN',
      buildHash: '',
      nbthread: 1,
      repeats: '3.4.7',
    },
  ],
  outcome: 'measured',
  reasons: [],
  figures: [
    { sleepMs: 0, subject: '2.6.12', bypassMedianMs: 0.5, sleepMeanMs: 0, overheadMs: effect(0.344) },
    { sleepMs: 0, subject: '3.4.7', bypassMedianMs: 0.51, sleepMeanMs: 0, overheadMs: effect(0.292) },
    { sleepMs: 0, subject: '3.4.7 again', bypassMedianMs: 0.5, sleepMeanMs: 0, overheadMs: effect(0.291) },
  ],
  contrasts: [{ sleepMs: 0, subject: '3.4.7', reference: '2.6.12', differenceMs: effect(-0.052) }],
  repeatMs: effect(-0.001, 0.995),
  rounds: [{ round: 0, sleepMs: 0, lateStarts: 0, timedHellos: 7, faults: [] }],
  samples: [],
}

test('every HAProxy has a row, and every pair says which way it goes', () => {
  expect(renderVersions(versions)).toBe(
    [
      'Overhead by HAProxy: (offload - what the agent slept) - bypass, 40 blocks a row, 95 % intervals',
      'Node v24.21.0; awake, HAProxys on core 1, agent and client on core 0; a request every 3 ms, 4 boots',
      'agent  HAProxy      from            bypass  agent slept  overhead  interval        spread',
      '   ms                            median ms      mean ms        ms                      ms',
      '    0  2.6.12       download         0.500        0.000     0.344  [0.334, 0.354]   0.001',
      '    0  3.4.7        HAPROXY_BIN      0.510        0.000     0.292  [0.282, 0.302]   0.001',
      '    0  3.4.7 again  HAPROXY_BIN      0.500        0.000     0.291  [0.281, 0.301]   0.001',
      '',
      'Differences of overhead inside blocks, 95 % intervals: the 1 of one sleep hold together at 95 %',
      'agent  HAProxys        difference  interval',
      '   ms                          ms',
      '    0  3.4.7 - 2.6.12      -0.052  [-0.062, -0.042]  less',
      '',
      '3.4.7 again - 3.4.7, the same HAProxy twice, which must be nought: -0.001 ms [-0.011, 0.009], all',
      '  sleeps, 99.5 % interval.',
      'HAProxys opened 7 connections to the agent while they were timed.',
    ].join('\n'),
  )
})

test('a difference that is not shown is said not to be, and a run that is not one says why', () => {
  const differenceMs = { ...effect(0.01), lower: -0.01, upper: 0.03 }
  const contrasts = [{ sleepMs: 0, subject: '3.4.7', reference: '2.6.12', differenceMs }]
  const text = renderVersions({ ...versions, contrasts, outcome: 'invalid', reasons: ['a busy machine'] })
  expect(text).toContain('[-0.010, 0.030]  no difference shown')
  expect(text).toContain('invalid: a busy machine.')
})
