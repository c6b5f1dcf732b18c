import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'

import { toHex } from '../spop/testing.ts'
import { startAgent } from './server.ts'
import { greet } from './testing.ts'

/** How many connections the system lets wait to be accepted, where it can be read (Linux). */
function longestQueue(): number {
  try {
    return Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'))
  } catch {
    return 0
  }
}

describe('starting the agent', () => {
  test('a port that is taken is told with its cause', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? address!.port : 0
    await expect(startAgent({ handler: () => [], port })).rejects.toMatchObject({
      code: 'listenFailed',
      message: `Expected to listen on 127.0.0.1 port ${port}; is another program there?`,
      cause: { code: 'EADDRINUSE' },
    })
    other.close()
  })

  test.each([
    { maxFrameSize: 255 },
    { connections: 0 },
    { idleTimeoutMs: -1 },
    { handlerTimeoutMs: 2 ** 31 },
    { inFlightPerConnection: 1.5 },
  ])('limits %o are refused', async (limits) => {
    await expect(startAgent({ handler: () => [], limits })).rejects.toMatchObject({ code: 'invalidOption' })
  })

  test('a limit that is undefined is the default; one that there is not is refused', async () => {
    // @ts-expect-error: what exactOptionalPropertyTypes forbids and others may write
    await using agent = await startAgent({ handler: () => [], limits: { connections: undefined } })
    expect(agent.connections).toBe(0)
    // @ts-expect-error: no such limit
    await expect(startAgent({ handler: () => [], limits: { maxConnections: 1 } })).rejects.toThrow(
      /^Expected limits of maxFrameSize, .*, closeTimeoutMs, got 'maxConnections'$/,
    )
  })

  test.each([
    { handler: undefined },
    { handler: 'x' },
    { host: '' },
    { host: 5 },
    { port: -1 },
    { port: 65_536 },
    { port: 'socket' },
    { port: null },
  ])('options %o are refused', async (options) => {
    // @ts-expect-error: what JavaScript may hand in
    await expect(startAgent({ handler: () => [], ...options })).rejects.toMatchObject({
      code: 'invalidOption',
      message: expect.stringMatching(/^Expected (handler|host|port) to be an? .*, got /),
    })
  })

  test('an address of another machine is told as that', async () => {
    await expect(startAgent({ handler: () => [], host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'listenFailed',
      message: 'Expected to listen on 192.0.2.1 port 0; is it an address of this machine?',
    })
  })

  test.skipIf(longestQueue() < 1_000)(
    'a burst of connections waits to be accepted while the agent is busy, none has to try again',
    async () => {
      await using agent = await startAgent({ handler: () => [] })
      // The child runs while our own loop stands still, so that nothing is accepted.
      const script = `
        const { connect } = require('node:net')
        let connected = 0
        const stop = () => { console.log(connected); process.exit() }
        for (let left = 700; left > 0; left--) {
          connect(${agent.port}, '127.0.0.1', () => ++connected === 700 && stop())
        }
        setTimeout(stop, 10_000)`
      const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' })
      expect(stdout).toBe('700\n')
    },
  )

  test('it listens on IPv6 too', async () => {
    await using agent = await startAgent({ handler: () => [], host: '::1' })
    await using peer = await greet(agent)
    expect(toHex(peer.chunks[0]!.subarray(4, 5))).toBe('65')
  })
})
