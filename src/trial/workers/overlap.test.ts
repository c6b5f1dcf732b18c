import { expect, test } from 'vitest'
import type { OriginRecord } from '../../record/samples.ts'
import type { CaseLines } from '../case-records.ts'
import { testPlan } from '../testing/test-plan.ts'
import { overlapWarning } from './overlap.ts'

const plan = testPlan({
  arms: ['bypass', 'offload'],
  agentSleepsMs: [0],
  requests: [4],
  workers: { count: 2, host: '127.0.0.1' },
})

function warn(first: readonly [number, number], second: readonly [number, number]): string | null {
  const lines = (times: readonly number[]): CaseLines => {
    const requests = times.map((atNs, request): OriginRecord => [request, atNs, 'none'])
    return { requests } as unknown as CaseLines
  }
  return overlapWarning(
    plan,
    new Map([
      ['0ms-2-worker-1', lines(first)],
      ['0ms-2-worker-2', lines(second)],
    ]),
  )
}

test('workers that sent one after the other, or hardly together, are told of', () => {
  expect(warn([0, 100], [200, 300])).toContain('for 0 % of the time')
  expect(warn([0, 100], [50, 150])).toContain('for 33 % of the time')
  expect(warn([0, 100], [5, 105])).toBeNull()
})
