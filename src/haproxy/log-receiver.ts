/** Takes the lines that HAProxy logs, over UDP on 127.0.0.1. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { HaproxyError } from './haproxy-error.ts'

export interface LogReceiver extends AsyncDisposable {
  readonly port: number
  /** All lines so far, in order of arrival. */
  readonly lines: readonly string[]
  /**
   * Resolves once `count` lines of `kind` are there: the kernel may drop a datagram, and then it is said, not waited for.
   *
   * @throws HaproxyError LOG
   */
  waitFor(count: number, kind: (line: string) => boolean, timeoutMs?: number): Promise<string[]>
}

const pollMs = 5

export async function receiveLog(): Promise<LogReceiver> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
  const lines: string[] = []
  socket.on('message', (message) => lines.push(message.toString('utf8')))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    lines,
    async waitFor(count, kind, timeoutMs = 2000) {
      const deadline = performance.now() + timeoutMs
      for (;;) {
        const found = lines.filter(kind)
        if (found.length >= count) return found
        if (performance.now() > deadline) {
          throw new HaproxyError(
            'LOG',
            `expected ${count} log lines within ${timeoutMs} ms, got ${found.length} of that kind and ` +
              `${lines.length - found.length} others: a datagram may have been dropped, run again`,
          )
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
    },
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}
