import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../record/clock.ts'
import type { OriginRecord } from '../record/samples.ts'

/** The web server behind HAProxy: the seed's, 200 and `ok`, which also writes down what proved itself. */
export interface Origin extends AsyncDisposable {
  readonly port: number
  /** What came since the last call, in order of arrival. */
  takeRecords(): OriginRecord[]
}

const body = 'ok'

/** A body is taken whole before it is answered: else it would be in nobody's latency. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * Starts an origin on 127.0.0.1, on a port of the kernel's choice.
 *
 * Every response is the same byte for byte whatever was asked (no Date), so that nothing in it tells the
 * load generator which arm it came through.
 */
export async function startOrigin(clock: Clock): Promise<Origin> {
  let records: OriginRecord[] = []
  const server = createServer((request, response) => {
    records.push([
      Number(request.headers['x-request'] ?? -1),
      clock(),
      String(request.headers['x-spoe-proof'] ?? ''),
    ])
    response.sendDate = false
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': body.length })
    if (hasBody(request)) request.resume().once('end', () => response.end(body))
    else response.end(body)
  })
  // HAProxy keeps idle connections to the origin; they must outlive every pause of a case.
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.headersTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    takeRecords() {
      const taken = records
      records = []
      return taken
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
