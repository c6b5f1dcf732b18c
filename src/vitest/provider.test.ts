import { beforeEach, expect, test } from 'vitest'
import type { BenchmarkGroup } from 'vitest'
import type { ArmName } from '../record/plan.ts'
import type { OpenedCase } from '../trial/open-case.ts'
import { setMeasureCase } from './active-trial.ts'
import provider from './provider.ts'

const measured: string[] = []

beforeEach(() => {
  measured.length = 0
  setMeasureCase(async (caseId) => {
    measured.push(caseId)
    const port = { latenciesNs: [3e6, 1e6, 2e6], netNs: [], latencyMs: null, sleepMs: null, notified: 0 }
    return {
      arms: { bypass: port, offload: port } as unknown as Record<ArmName, never>,
      result: null,
    } as unknown as OpenedCase
  })
})

/** What Vitest hands to a provider, as far as this one reads it. */
function group(
  names: string[],
  changes: { blindCase?: string; retry?: number } = { blindCase: '10ms-3' },
): BenchmarkGroup {
  return {
    test: { retry: changes.retry ?? 0, context: { signal: new AbortController().signal } },
    config: {},
    registrations: names.map((name) => ({ name, fn: () => {} })),
    options: changes.blindCase === undefined ? {} : { blindCase: changes.blindCase },
  } as unknown as BenchmarkGroup
}

test('one case is measured for all arms, and each arm gets its own result in ms', async () => {
  const results = await provider.run(group(['bypass', 'offload']))
  expect(measured).toEqual(['10ms-3'])
  expect(
    results.map(({ name, latency }) => [name, latency.mean, latency.min, latency.max, latency.p50]),
  ).toEqual([
    ['bypass', 2, 1, 3, 2],
    ['offload', 2, 1, 3, 2],
  ])
})

test('an arm that comes twice is refused: Vitest would merge the two without a word', async () => {
  await expect(provider.run(group(['bypass', 'bypass']))).rejects.toThrow('Expected every arm once')
})

test('retry is refused before anything is measured', async () => {
  await expect(provider.run(group(['bypass'], { blindCase: '10ms-3', retry: 1 }))).rejects.toThrow(
    'retry is refused',
  )
  expect(measured).toEqual([])
})

test('an arm that the plan does not have, and a bench without a case, are refused', async () => {
  await expect(provider.run(group(['sidepass']))).rejects.toThrow(
    'Expected an arm of the plan, got "sidepass"',
  )
  await expect(provider.run(group(['bypass'], {}))).rejects.toThrow('Expected the option blindCase')
})
