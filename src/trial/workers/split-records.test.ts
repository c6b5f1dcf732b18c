import { expect, test } from 'vitest'
import type { NotifyRecord, OriginRecord } from '../../record/samples.ts'
import { testPlan } from '../testing/test-plan.ts'
import { splitRecords } from './split-records.ts'

/** Two cases of 21 blocks of two requests: numbers 0 to 41 and 42 to 83. */
const plan = testPlan({
  arms: ['bypass', 'offload'],
  agentSleepsMs: [0],
  requests: [2],
  workers: { count: 2, host: '127.0.0.1' },
})
const ports = [
  [1, 2],
  [3, 4],
]

test('each case gets its own requests and NOTIFYs, numbered as if it were alone', () => {
  const notifies: NotifyRecord[] = [
    [4, 50_000, 10, 10, 10],
    [2, 50_000, 11, 11, 11],
    [4, 50_001, 12, 12, 12],
  ]
  const requests: OriginRecord[] = [
    [43, 20, '4-50000-0'],
    [1, 21, '2-50000-1'],
    [0, 22, 'none'],
    [83, 23, '4-50001-2'],
  ]
  expect(splitRecords(plan, ports, notifies, requests)).toEqual({
    cases: [
      {
        ports: [1, 2],
        notifies: [notifies[1]],
        requests: [
          [1, 21, '2-50000-0'],
          [0, 22, 'none'],
        ],
      },
      {
        ports: [3, 4],
        notifies: [notifies[0], notifies[2]],
        requests: [
          [1, 20, '4-50000-0'],
          [41, 23, '4-50001-1'],
        ],
      },
    ],
    strays: 0,
    unproven: 0,
  })
})

test('a proof of another case is no proof, and a request without a number of the plan belongs to none', () => {
  const { cases, strays } = splitRecords(
    plan,
    ports,
    [[4, 50_000, 10, 10, 10]],
    [
      [1, 20, '4-50000-0'],
      [84, 21, 'none'],
      [-1, 22, 'none'],
    ],
  )
  expect(cases[0]?.requests).toEqual([[1, 20, '4-50000-0']])
  expect(cases[0]?.notifies).toEqual([])
  expect(strays).toBe(2)
})

test('what somebody else sent leaves nothing behind, and a NOTIFY that nobody proves stays', () => {
  const notifies: NotifyRecord[] = [
    [2, 50_000, 10, 10, 10],
    [2, 50_001, 11, 11, 11],
    [4, 50_002, 12, 12, 12],
  ]
  const { cases, strays, unproven } = splitRecords(plan, ports, notifies, [
    [-1, 20, '2-50000-0'],
    [1, 21, '2-50001-1'],
    [-1, 22, 'none'],
  ])
  expect(cases.map((one) => one.notifies)).toEqual([[notifies[1]], [notifies[2]]])
  expect(cases[0]?.requests).toEqual([[1, 21, '2-50001-0']])
  expect({ strays, unproven }).toEqual({ strays: 2, unproven: 1 })
})
