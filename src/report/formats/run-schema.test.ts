import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { runJsonSchema } from '../../record/json-schema.ts'
import { renderRun } from '../../trial/analyse-run.ts'
import { syntheticRun } from '../testing.ts'
import { syntheticGate } from '../testing/gates.ts'

const published = JSON.parse(
  readFileSync(new URL('../../../docs/run.schema.json', import.meta.url), 'utf8'),
) as object

test('the published schema is the one that run.json is written by; if not: npm run -s schema > docs/run.schema.json', () => {
  expect(published).toEqual(runJsonSchema())
})

const isRun = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': true } }).compile(
  published,
)

function read(changes: Parameters<typeof syntheticRun>[0] = {}): Record<string, unknown> {
  return JSON.parse(renderRun(syntheticRun(changes))) as Record<string, unknown>
}

test('another validator accepts what is written by it', () => {
  isRun(read())
  expect(isRun.errors).toBeNull()
  const poor = read({ outcome: 'incomplete', cases: [], latencies: [], pValues: null, attempt: null })
  isRun(poor)
  expect(isRun.errors).toBeNull()
})

test('it accepts a gate, and refuses one whose rounds are not as described', () => {
  const gate = JSON.parse(renderRun(syntheticGate())) as { gate: { latencies: { roundsMs: unknown }[] } }
  isRun(gate)
  expect(isRun.errors).toBeNull()
  for (const latency of gate.gate.latencies) latency.roundsMs = 0.003
  expect(isRun(gate)).toBe(false)
})

test.for<[string, (run: Record<string, unknown>) => void]>([
  ['a figure that is missing', (run) => delete run['planHash']],
  ['a name that nobody knows', (run) => (run['planhash'] = 'ab')],
  ['an outcome that there is not', (run) => (run['outcome'] = 'passed')],
  ['a figure as text', (run) => (run['placeboMs'] = '0.001')],
  ['a time that is none', (run) => (run['startedAt'] = 'yesterday')],
  [
    'an arm that there is not',
    (run) => (((run['cases'] as { arms: object }[])[0] as { arms: object }).arms = { x: 1 }),
  ],
  [
    'a deep figure of the wrong kind',
    (run) =>
      ((
        (run['latencies'] as { overheadMs: { count: unknown } }[])[0] as { overheadMs: { count: unknown } }
      ).overheadMs.count = 1.5),
  ],
])('it refuses %s', ([, spoil]) => {
  const run = read()
  spoil(run)
  expect(isRun(run)).toBe(false)
})
