import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { parseExporterAverages, parseExporterMaxima, scrapeExporter } from './exporter.ts'

const metrics = `# HELP haproxy_backend_total_time_average_seconds Avg. total time
# TYPE haproxy_backend_total_time_average_seconds gauge
haproxy_backend_queue_time_average_seconds{proxy="agents"} 0
haproxy_backend_connect_time_average_seconds{proxy="agents"} 0.001
haproxy_backend_response_time_average_seconds{proxy="agents"} 0
haproxy_backend_total_time_average_seconds{proxy="agents-other"} 9
haproxy_backend_total_time_average_seconds{proxy="agents"} 1.001
haproxy_backend_max_queue_time_seconds{proxy="agents"} 0.002
haproxy_backend_max_connect_time_seconds{proxy="agents"} 0.003
haproxy_backend_max_response_time_seconds{proxy="agents"} 0
haproxy_backend_max_total_time_seconds{proxy="agents"} 10.022
`

test('seconds become the whole milliseconds that they were made from, of the backend that was asked for', () => {
  // 1.001 * 1000 is 1000.9999999999999.
  expect(parseExporterAverages(metrics, 'agents')).toEqual({
    totalMs: 1001,
    responseMs: 0,
    queueMs: 0,
    connectMs: 1,
  })
})

test('the largest times are other metrics', () => {
  expect(parseExporterMaxima(metrics, 'agents')).toEqual({
    totalMs: 10_022,
    responseMs: 0,
    queueMs: 2,
    connectMs: 3,
  })
})

test.for([
  ['no such line', ''],
  ['got "NaN"', 'haproxy_backend_total_time_average_seconds{proxy="agents"} NaN'],
] as const)('a text without a number for a metric is refused: %s', ([reason, text]) => {
  expect(() => parseExporterAverages(text, 'agents')).toThrow(reason)
})

test('a scrape that is not answered with 200 is refused', async () => {
  const server = createServer((_request, response) => response.writeHead(503).end())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await expect(scrapeExporter(port)).rejects.toThrow('got status 503')
  server.close()
  await once(server, 'close')
  await expect(scrapeExporter(port)).rejects.toMatchObject({ code: 'EXPORTER' })
})
