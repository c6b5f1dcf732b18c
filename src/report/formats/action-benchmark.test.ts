import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { effect, latencyResult, syntheticRun } from '../testing.ts'
import { syntheticGate } from '../testing/gates.ts'
import { renderActionBenchmark } from './action-benchmark.ts'

/** The entries that the action's own reader of custom tools takes over: src/extract.ts, BenchmarkResult. */
const benchmarkResults = new Ajv({ strict: true }).compile({
  type: 'array',
  items: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1 },
      unit: { type: 'string', minLength: 1 },
      value: { type: 'number' },
      range: { type: 'string' },
      extra: { type: 'string' },
    },
    required: ['name', 'unit', 'value'],
    additionalProperties: false,
  },
})

function read(text: string): { name: string }[] {
  const json = JSON.parse(text) as { name: string }[]
  benchmarkResults(json)
  expect(benchmarkResults.errors).toBeNull()
  return json
}

test('an entry for the overhead and one for the p99 of every latency, each under a name of its own', () => {
  const entries = read(renderActionBenchmark(syntheticRun()))
  expect(new Set(entries.map(({ name }) => name)).size).toBe(10)
  expect(entries[4]).toEqual({
    name: 'overhead, agent 10 ms',
    unit: 'ms',
    value: 0.2315,
    range: '[0.219, 0.244]',
    extra: '100 paired blocks, 95 % interval; within, margin 2 ms',
  })
})

test('a figure without an interval has no range', () => {
  const latencies = [latencyResult({ overheadMs: effect(0.2, null), overheadP99: null, verdict: null })]
  expect(read(renderActionBenchmark(syntheticRun({ latencies })))).toEqual([
    {
      name: 'overhead, agent 10 ms',
      unit: 'ms',
      value: 0.2,
      extra: '100 paired blocks, 95 % interval; no verdict, margin 2 ms',
    },
  ])
})

test('a gate: the median of each side, whose ratio means something, and beside it the difference', () => {
  const entries = read(renderActionBenchmark(syntheticGate()))
  expect(entries.map(({ name }) => name)).toEqual([
    'base, agents 0 ms',
    'candidate, agents 0 ms',
    'base, agents 10 ms',
    'candidate, agents 10 ms',
  ])
  expect(entries[1]).toEqual({
    name: 'candidate, agents 0 ms',
    unit: 'ms',
    value: expect.closeTo(0.593, 9),
    extra: 'candidate - base 0.003 ms [-0.017, 0.023], 1000 paired blocks; within',
  })
})
