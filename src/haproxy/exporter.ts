/** HAProxy's Prometheus exporter: a scrape, and the times that it claims for a backend. */
import { get } from 'node:http'
import { HaproxyError } from './haproxy-error.ts'

/** What the exporter says of one backend, in ms; it counts in whole milliseconds and prints seconds. */
export interface ExporterTimes {
  readonly totalMs: number
  readonly responseMs: number
  readonly queueMs: number
  readonly connectMs: number
}

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
export function parseExporterTimes(text: string, backend: string): ExporterTimes {
  const lines = text.split('\n')
  const average = (name: string): number => {
    const head = `haproxy_backend_${name}_time_average_seconds{proxy="${backend}"} `
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
    totalMs: average('total'),
    responseMs: average('response'),
    queueMs: average('queue'),
    connectMs: average('connect'),
  }
}
