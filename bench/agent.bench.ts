import { expect, test } from 'vitest'
import { measureAgentSpeed } from '../src/vitest/agent-speed.ts'

// How long do decoding, encoding and answering take? The figures are printed; what is asserted is the work: each
// sum can only come about if every operation was done.
test('a NOTIFY of five arguments is decoded, encoded for and answered', async ({ signal }) => {
  const speed = await measureAgentSpeed('five-arguments', signal)

  const text = ['', '/api/v1/items', '', '579e8afb0c1d42f3a65b9c7d08e1f2a4'].join('')
  const checksum = [...Buffer.from(text), 192, 0, 2, 44].reduce((sum, byte) => sum + byte)
  expect(speed.read.proof).toBe(speed.read.operations * checksum)
  expect(speed.stream.proof).toBe(speed.stream.operations * checksum)

  const names = ['username', 'url-path', 'url-query', 'x-forwarded-from', 'fingerprint'].join('')
  expect(speed.values.proof).toBe(speed.values.operations * (names + text + '192.0.2.44').length)

  // Length and head 9, ids 2, action 3, name 9, value 2; over the socket without the head.
  expect(speed.ack.proof).toBe(speed.ack.operations * 25)
  expect(speed.roundTrip.proof).toBe(speed.roundTrip.operations * 16)
  const actions = [{ type: 'set-var', scope: 'sess', name: 'ip_score', value: { type: 'int32', value: 50 } }]
  expect(speed.acks).toEqual(Array.from({ length: 65 }, () => ({ streamId: 1, frameId: 1, actions })))
})
