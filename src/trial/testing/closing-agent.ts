import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { AgentMethods } from '../serve-agent.ts'
import { serveThread } from '../thread.ts'

// Accepts and closes at the first byte: HAProxy goes on without an answer, and fast.
let server: Server | undefined
const methods: AgentMethods = {
  async open() {
    server = createServer((socket: Socket) => {
      socket.on('error', () => {})
      socket.on('data', () => socket.destroy())
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  },
  treat() {},
  takeRecords: () => ({ hellos: [], notifies: [], errors: [] }),
  connections: () => 0,
  async close() {
    server?.close()
  },
}
serveThread(methods)
