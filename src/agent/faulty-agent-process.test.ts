import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { startFaultyAgentProcess } from './faulty-agent-process.ts'

const host = '127.0.0.1'

async function listen(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

test('killed, it leaves its port to the next one', async () => {
  const place = await listen()
  await place.close()
  const first = startFaultyAgentProcess(place.port, 5)
  await first.started
  // An open connection, as HAProxy has them, must not keep the port.
  const socket = connect({ host, port: place.port }).on('error', () => {})
  await once(socket, 'connect')
  await first.kill()
  const second = startFaultyAgentProcess(place.port, 5)
  await second.started
  await second[Symbol.asyncDispose]()
  socket.destroy()
})

test('one that cannot listen ends with its reason', async () => {
  const place = await listen()
  const agent = startFaultyAgentProcess(place.port, 5)
  await expect(agent.started).rejects.toThrow(/ended with code 1; it said: .*EADDRINUSE/s)
  await agent[Symbol.asyncDispose]()
  await place.close()
})
