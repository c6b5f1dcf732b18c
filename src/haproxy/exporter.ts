/** HAProxy's Prometheus exporter: a scrape, and the times that it claims for a backend. */
import { get } from 'node:http'
import type { BackendTimes } from './backend-times.ts'
import { HaproxyError } from './haproxy-error.ts'

/**
 * One scrape. The exporter's frontend is its own, so a scrape is no sample of a backend; it does share
 * HAProxy's thread, so keep it out of timed requests.
 *
 * @throws HaproxyError EXPORTER
 */
export function scrapeExporter(port: number, timeoutMs = 2000): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const fail = (reason: string, cause?: unknown): void => {
    const message = `expected metrics on http://127.0.0.1:${port}/metrics: ${reason}`
    reject(new HaproxyError('EXPORTER', message, { cause }))
  }
  const options = { host: '127.0.0.1', port, path: '/metrics', agent: false, timeout: timeoutMs }
  const request = get(options, (response) => {
    if (response.statusCode !== 200) fail(`got status ${response.statusCode}`)
    const chunks: string[] = []
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => chunks.push(chunk))
    response.on('error', (error) => fail(error.message, error))
    response.on('end', () => resolve(chunks.join('')))
  })
  request.on('timeout', () => request.destroy(new Error(`none within ${timeoutMs} ms`)))
  request.on('error', (error) => fail(error.message, error))
  return promise
}

/**
 * `haproxy_backend_*_time_average_seconds` of one backend.
 *
 * @throws HaproxyError EXPORTER where the text lacks one of them
 */
export function parseExporterAverages(text: string, backend: string): BackendTimes {
  return parseTimes(text, backend, (time) => `haproxy_backend_${time}_time_average_seconds`)
}

/**
 * `haproxy_backend_max_*_time_seconds` of one backend: the largest since boot.
 *
 * @throws HaproxyError EXPORTER where the text lacks one of them
 */
export function parseExporterMaxima(text: string, backend: string): BackendTimes {
  return parseTimes(text, backend, (time) => `haproxy_backend_max_${time}_time_seconds`)
}

function parseTimes(text: string, backend: string, nameOf: (time: string) => string): BackendTimes {
  const lines = text.split('\n')
  const read = (time: string): number => {
    const head = `${nameOf(time)}{proxy="${backend}"} `
    const value = lines.find((line) => line.startsWith(head))?.slice(head.length)
    if (value === undefined || value === '' || !Number.isFinite(Number(value))) {
      throw new HaproxyError(
        'EXPORTER',
        `expected ${head.trim()} with a number, got ${value === undefined ? 'no such line' : `"${value}"`}`,
      )
    }
    // Printed as a fraction of a second; the whole milliseconds that it was made from come back.
    return Math.round(Number(value) * 1000)
  }
  return {
    totalMs: read('total'),
    responseMs: read('response'),
    queueMs: read('queue'),
    connectMs: read('connect'),
  }
}
