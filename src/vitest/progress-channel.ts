import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import type { Progress } from '../report/progress-line.ts'
import type { ScreenData } from '../report/screen/screen-data.ts'

/** What the measuring process tells the main one while it works. Nothing in it shows an effect that is not frozen. */
export type ProgressEvent =
  | ({ readonly type: 'blocks' } & Progress)
  | { readonly type: 'line'; readonly text: string }
  | { readonly type: 'report'; readonly text: string }
  | { readonly type: 'screen'; readonly screen: ScreenData; readonly path: string }

/** Vitest has no live channel from a worker to a reporter that costs less than a millisecond: a socket does. */
export async function listenForProgress(
  onEvent: (event: ProgressEvent) => void,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    createInterface({ input: socket }).on('line', (line) => onEvent(JSON.parse(line) as ProgressEvent))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
    },
  }
}

export interface ProgressSender extends AsyncDisposable {
  send(event: ProgressEvent): void
}

/** The other end. A listener that has gone away is no reason to stop measuring. */
export function sendProgressTo(port: number): ProgressSender {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  return {
    send: (event) => void socket.write(`${JSON.stringify(event)}\n`),
    async [Symbol.asyncDispose]() {
      if (socket.destroyed) return
      socket.end()
      await once(socket, 'close')
    },
  }
}
