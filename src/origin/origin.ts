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

/** -1 for a request of somebody else, whose header may say anything. */
function numberOf(header: string | string[] | undefined): number {
  const number = /^\d+$/.test(String(header)) ? Number(header) : -1
  return Number.isSafeInteger(number) ? number : -1
}

/** Where an origin that `handsOut` answers with what came since the last time. No client of ours asks for it. */
export const recordsPath = '/.spoe-bench/records'

export interface OriginOptions {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: a port of the kernel's choice. */
  readonly port?: number
  /** Whether whoever asks for `recordsPath` gets the records: on a host of its own there is no other way. Default false. */
  readonly handsOut?: boolean
}

/**
 * Starts an origin.
 *
 * Every response is the same byte for byte whatever was asked (no Date), so that nothing in it tells the
 * load generator which arm it came through.
 */
export async function startOrigin(
  clock: Clock,
  { host = '127.0.0.1', port = 0, handsOut = false }: OriginOptions = {},
): Promise<Origin> {
  let records: OriginRecord[] = []
  const takeRecords = (): OriginRecord[] => {
    const taken = records
    records = []
    return taken
  }
  const server = createServer((request, response) => {
    if (handsOut && request.url === recordsPath) {
      response.end(JSON.stringify({ schema: 'spoe-bench/origin/1', requests: takeRecords() }))
      return
    }
    records.push([
      numberOf(request.headers['x-request']),
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
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    takeRecords,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
