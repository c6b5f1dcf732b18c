import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { findListeningPids, isReachedBy, parseListeners } from './listening-process.ts'

// Lines as a 6.18 kernel printed them, columns and all.
const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:3039 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:3039 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0000000000000000 100 0 0 10 0
`
const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:3039 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:3039 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4715 1 0000000000000000 100 0 0 10 0
`

test('listeners, and not the connections that came in through them', () => {
  expect(parseListeners(tcp)).toEqual([
    { address: '127.0.0.1', port: 12_345, inode: 4711 },
    { address: '0.0.0.0', port: 80, inode: 4713 },
  ])
  expect(parseListeners(tcp6)).toEqual([
    { address: '::', port: 12_345, inode: 4714 },
    { address: '::1', port: 12_345, inode: 4715 },
  ])
})

test.for([
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', '0.0.0.0', true],
  ['127.0.0.1', '::', true],
  ['127.0.0.1', '127.0.0.2', false],
  ['::1', '::', true],
  ['::1', '0.0.0.0', false],
] as const)('%s reaches a listener on %s: %s', ([host, address, isReached]) => {
  expect(isReachedBy({ address, port: 80, inode: 1 }, host, 80)).toBe(isReached)
  expect(isReachedBy({ address, port: 80, inode: 1 }, host, 81)).toBe(false)
})

test.runIf(process.platform === 'linux').for(['127.0.0.1', '::1', '0.0.0.0'])(
  'our own listener on %s is found to be ours',
  async (host) => {
    const server = createServer().listen(0, host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const reached = host === '0.0.0.0' ? '127.0.0.1' : host
    try {
      expect(findListeningPids(reached, port)).toEqual([process.pid])
    } finally {
      server.close()
      await once(server, 'close')
    }
    expect(findListeningPids(reached, port)).toEqual([])
  },
)
