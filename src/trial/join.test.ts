import { expect, test } from 'vitest'
import type { Exchange, NotifyRecord, OriginRecord } from '../record/samples.ts'
import { type CaseRecords, joinCase } from './join.ts'

const offload = 20001
const bypass = 20002

/** Two requests from the same source port to two frontends at once, one of them through the agent. */
function honest(): { exchanges: Exchange[]; notifies: NotifyRecord[]; requests: OriginRecord[] } {
  return {
    exchanges: [
      [offload, 40000, 0, 10, 500, null],
      [bypass, 40000, 100, 110, 300, null],
    ],
    notifies: [[offload, 40000, 200, 210, 310]],
    requests: [
      [1, 250, 'none'],
      [0, 400, '20001-40000-0'],
    ],
  }
}

const kinds = (records: CaseRecords): string[] => joinCase(records).faults.map((fault) => fault.kind)

test('a NOTIFY joins by frontend, source port and time, and brings its sleep', () => {
  expect(joinCase(honest())).toEqual({
    requests: [
      { port: offload, latencyNs: 490, startNs: 10, sleepNs: 100 },
      { port: bypass, latencyNs: 190, startNs: 110, sleepNs: null },
    ],
    faults: [],
  })
})

test('an ACK that sets nothing is a missing proof', () => {
  const records = honest()
  records.requests[1] = [0, 400, 'none']
  expect(kinds(records)).toEqual(['proof'])
})

test('a response that came before the agent was done with it is a fault', () => {
  const records = honest()
  records.notifies = [[offload, 40000, 200, 210, 701]]
  expect(kinds(records)).toEqual(['time'])
  records.notifies = [[offload, 40000, 200, 210, 700]]
  expect(kinds(records)).toEqual([])
})

test('what somebody else wrote brings no terminal codes', () => {
  const records = honest()
  records.exchanges[1] = [bypass, 40000, 100, 110, 300, 'red\u001b[31m']
  records.requests[1] = [0, 400, '\u0085x']
  const messages = joinCase(records).faults.map(({ message }) => message)
  expect(messages.join('\n')).toMatch(/^[^\p{Cc}]*\n[^\p{Cc}]*$/u)
  expect(messages).toContain(String.raw`request 1: red\u001b[31m`)
})

test('in the control arm the wait is what HAProxy says of it', () => {
  const records = honest()
  records.requests[0] = [1, 250, 'wait-103']
  expect(joinCase(records)).toMatchObject({ requests: [{ sleepNs: 100 }, { sleepNs: 103_000 }], faults: [] })
  records.requests[0] = [1, 250, 'wait--3']
  expect(kinds(records)).toEqual(['proof'])
})

test('a proof of another request is no proof', () => {
  const records = honest()
  records.requests[1] = [0, 400, '20001-40000-7']
  expect(kinds(records)).toEqual(['proof'])
})

test('a proof without a NOTIFY is a fault', () => {
  const records = honest()
  records.notifies = []
  expect(kinds(records)).toEqual(['proof'])
})

test('a NOTIFY outside the interval of its request belongs to none', () => {
  const records = honest()
  records.notifies[0] = [offload, 40000, 600, 610, 710]
  expect(kinds(records)).toEqual(['proof', 'notify-count'])
})

test('two NOTIFYs for one request are a fault', () => {
  const records = honest()
  records.notifies.push([offload, 40000, 220, 230, 330])
  expect(kinds(records)).toEqual(['join', 'notify-count'])
})

test('a request that the origin never saw, or saw twice, is a fault', () => {
  const records = honest()
  records.requests.shift()
  expect(kinds(records)).toEqual(['join'])
  const again = honest()
  again.requests.push([1, 260, 'none'])
  expect(kinds(again)).toEqual(['join'])
})

test('a request that failed is a fault', () => {
  const records = honest()
  records.exchanges[1] = [bypass, 40000, 100, 110, 300, 'ECONNRESET']
  expect(kinds(records)).toEqual(['response'])
})
