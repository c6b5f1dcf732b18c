import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { effect, latencyResult, syntheticRun } from '../testing.ts'
import { syntheticGate } from '../testing/gates.ts'
import { renderBencher } from './bencher.ts'

/** What Bencher's reference publishes as bmf.json, held more tightly: no other names, no empty ones. */
const metricFormat = new Ajv({ strict: true }).compile({
  type: 'object',
  propertyNames: { minLength: 1, maxLength: 1024 },
  additionalProperties: {
    type: 'object',
    propertyNames: { minLength: 1, maxLength: 64 },
    minProperties: 1,
    additionalProperties: {
      type: 'object',
      properties: {
        value: { type: 'number' },
        lower_value: { type: 'number' },
        upper_value: { type: 'number' },
      },
      required: ['value'],
      additionalProperties: false,
    },
  },
})

function read(text: string): Record<string, unknown> {
  const json = JSON.parse(text) as Record<string, unknown>
  metricFormat(json)
  expect(metricFormat.errors).toBeNull()
  return json
}

test('overhead and p99 of every latency, in ns, with the bounds of their intervals', () => {
  const json = read(renderBencher(syntheticRun()))
  expect(Object.keys(json)).toHaveLength(10)
  expect(json['overhead, agent 10 ms']).toEqual({
    latency: { value: 231_500, lower_value: 219_400, upper_value: 243_600 },
  })
  expect(json['overhead p99, agent 0 ms']).toEqual({
    latency: { value: 912_000, lower_value: 400_000, upper_value: 1_600_000 },
  })
})

test('no bound where there is none, no benchmark where there is no figure', () => {
  const latencies = [latencyResult({ overheadMs: effect(0.2, null), overheadP99: null })]
  expect(read(renderBencher(syntheticRun({ latencies })))).toEqual({
    'overhead, agent 10 ms': { latency: { value: 200_000 } },
  })
  expect(read(renderBencher(syntheticRun({ latencies: [] })))).toEqual({})
})

test('a gate: each side, and the difference with its bounds', () => {
  const json = read(renderBencher(syntheticGate()))
  expect(Object.keys(json)).toHaveLength(8)
  expect(json['candidate, agents 0 ms']).toEqual({ latency: { value: 593_000 } })
  expect(json['candidate - base, agents 10 ms']).toEqual({
    latency: { value: 3000, lower_value: -17_000, upper_value: 23_000 },
  })
  expect(json['candidate - base p99, agents 10 ms']).toMatchObject({ latency: { value: 900_000 } })
})
