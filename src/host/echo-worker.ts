/** The far end of the probe's ping-pong: another thread, so that each ping has to wake somebody. */
import { createServer } from 'node:net'
import { parentPort } from 'node:worker_threads'

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {})
  socket.pipe(socket)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address !== 'object') throw new Error(`Expected a port, got ${address}`)
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(address?.port)
})
