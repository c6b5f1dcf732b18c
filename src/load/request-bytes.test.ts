import { expect, test } from 'vitest'
import type { Mix } from '../record/traffic.ts'
import { createRequests } from './request-bytes.ts'

const mix: Mix = {
  from: 'mix.json',
  requests: [
    { method: 'HEAD', path: '/a', headers: [], times: 1 },
    { method: 'POST', path: '/b', headers: [['x-a', '\u00e9']], body: { text: '\u00e9' }, times: 1 },
  ],
}

test('a request of a mix, its header in latin1, its body in UTF-8, its number between them', () => {
  const requestOf = createRequests('127.0.0.1', mix)
  const { bytes, isHead } = requestOf(7, 1)
  expect(bytes).toEqual(
    Buffer.concat([
      Buffer.from(
        'POST /b HTTP/1.1\r\nhost: 127.0.0.1\r\nx-a: \u00e9\r\ncontent-length: 2\r\nx-request: 00000007\r\n\r\n',
        'latin1',
      ),
      Buffer.from('\u00e9'),
    ]),
  )
  expect([isHead, requestOf(8, 0).isHead]).toEqual([false, true])
})

test('without a mix what the seed sends', () => {
  expect(createRequests('127.0.0.1', undefined)(1, 0)).toEqual({
    bytes: 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-request: 00000001\r\n\r\n',
    isHead: false,
  })
})
