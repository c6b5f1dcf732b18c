import { expect, test } from 'vitest'
import type { Exchange, NotifyRecord, OriginRecord } from '../record/samples.ts'
import { joinByProof } from './join-by-proof.ts'
import type { CaseRecords } from './join.ts'

const offload = 20001
const bypass = 20002

/** The client's clock began an hour before the agent's, and its source ports were translated on the way. */
function honest(): { exchanges: Exchange[]; notifies: NotifyRecord[]; requests: OriginRecord[] } {
  return {
    exchanges: [
      [offload, 40000, 3_600e9, 3_600e9 + 10, 3_600e9 + 500, null],
      [bypass, 40001, 3_600e9 + 100, 3_600e9 + 110, 3_600e9 + 300, null],
      [offload, 40002, 3_600e9 + 600, 3_600e9 + 600, 3_600e9 + 900, null],
    ],
    notifies: [
      [offload, 1024, 200, 210, 310],
      [offload, 1025, 700, 700, 750],
    ],
    requests: [
      [1, 250, 'none'],
      [0, 400, '20001-1024-0'],
      [2, 800, '20001-1025-1'],
    ],
  }
}

const kinds = (records: CaseRecords): string[] => joinByProof(records).faults.map((fault) => fault.kind)

test('a request has the sleep of the NOTIFY that it proves, whatever the clocks say', () => {
  const { requests, faults } = joinByProof(honest())
  expect(faults).toEqual([])
  expect(requests.map(({ latencyNs, sleepNs }) => [latencyNs, sleepNs])).toEqual([
    [490, 100],
    [190, null],
    [300, 50],
  ])
})

test('a proof of another port, the same proof twice, and one of no NOTIFY', () => {
  const ofOther = honest()
  ofOther.requests[0] = [1, 250, '20001-1024-0']
  ofOther.requests[1] = [0, 400, 'none']
  expect(kinds(ofOther)).toEqual(['proof'])
  const twice = honest()
  twice.requests[2] = [2, 800, '20001-1024-0']
  expect(kinds(twice)).toEqual(['proof', 'notify-count'])
  const madeUp = honest()
  madeUp.requests[2] = [2, 800, '20001-1025-7']
  expect(kinds(madeUp)).toEqual(['proof', 'notify-count'])
})

test('a response that came before the agent was done with it is a fault, whatever the clocks say', () => {
  const records = honest()
  records.notifies[1] = [offload, 1025, 700, 700, 1000]
  records.exchanges[2] = [offload, 40002, 3_600e9 + 600, 3_600e9 + 600, 3_600e9 + 600, null]
  expect(kinds(records)).toEqual(['time'])
  expect(joinByProof(records).faults[0]?.message).toBe(
    'request 2 took 0 ms, less than the 0.0003 ms that the agent slept for it',
  )
  // One that failed is a fault already, and may well be shorter.
  records.exchanges[2] = [offload, 40002, 3_600e9 + 600, 3_600e9 + 600, 3_600e9 + 600, 'ECONNRESET']
  expect(kinds(records)).toEqual(['response'])
})

test('two clocks may go 0.1 % apart, and no further', () => {
  const takes = (latencyNs: number): string[] => {
    const records = honest()
    records.notifies[1] = [offload, 1025, 700, 700, 700 + 1e9]
    records.exchanges[2] = [offload, 40002, 3_600e9, 3_600e9, 3_600e9 + latencyNs, null]
    return kinds(records)
  }
  expect(takes(0.9991e9)).toEqual([])
  expect(takes(0.9989e9)).toEqual(['time'])
})

test('a request that failed open leaves its NOTIFY without one', () => {
  const records = honest()
  records.requests[1] = [0, 400, 'none']
  expect(joinByProof(records).requests[0]?.sleepNs).toBeNull()
  expect(kinds(records)).toEqual(['notify-count'])
})

test('a request that the origin got twice, or never, or that failed', () => {
  const twice = honest()
  twice.requests.push([1, 260, 'none'])
  expect(kinds(twice)).toEqual(['join'])
  const never = honest()
  never.requests.shift()
  expect(kinds(never)).toEqual(['join'])
  const failed = honest()
  failed.exchanges[1] = [bypass, 0, 0, 0, 1, 'ECONNREFUSED']
  expect(kinds(failed)).toEqual(['response'])
})
