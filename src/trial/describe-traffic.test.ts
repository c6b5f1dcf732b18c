import { expect, test } from 'vitest'
import { summariseTraffic } from '../record/traffic.ts'
import { describeTraffic } from './describe-traffic.ts'

const request = { method: 'POST', path: '/', headers: [], body: { bytes: 3 }, times: 2 }

test('what differs from the seed is said', () => {
  expect(describeTraffic(undefined)).toEqual([])
  expect(describeTraffic({ connection: 'new' })).toEqual([])
  const mix = { from: 'mix.json', requests: [request, { ...request, body: { text: 'é' } }] }
  // POST / HTTP/1.1, host: 127.0.0.1 and content-length: 3, each with its line end.
  expect(describeTraffic(summariseTraffic({ connection: 'keep-alive', mix }))).toEqual([
    'kept connections',
    'the 2 requests of mix.json (headers of up to 53 bytes, bodies of up to 3)',
  ])
})
