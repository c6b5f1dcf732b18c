import type { RequestLine } from '../haproxy/instruments.ts'
import { backends, type CellDesign, type CellRecords } from './measure-cell.ts'

/** What an exporter would print: averages of both backends, in seconds, and maxima that are right. */
export function metricsText(agentsTotal: number, trafficTotal = agentsTotal): string {
  const totals = { [backends.agents]: agentsTotal, [backends.traffic]: trafficTotal }
  return Object.entries(totals)
    .flatMap(([proxy, total]) =>
      ['queue', 'connect', 'response', 'total'].flatMap((time) => {
        const [average, max] = time === 'total' ? [total, 0.102] : [0, 0]
        return [
          `haproxy_backend_${time}_time_average_seconds{proxy="${proxy}"} ${average}`,
          `haproxy_backend_max_${time}_time_seconds{proxy="${proxy}"} ${max}`,
        ]
      }),
    )
    .join('\n')
}

/** `show stat` with the same averages, in ms. */
export function csvText(totalMs: number): string {
  const names = ['qtime', 'ctime', 'rtime', 'ttime', 'qtime_max', 'ctime_max', 'rtime_max', 'ttime_max']
  const times = names.map((name) => (name.startsWith('t') ? totalMs : 0))
  return [
    `# pxname,svname,scur,stot,${names.join(',')},`,
    ...Object.values(backends).map((name) => `${name},BACKEND,0,1,${times.join(',')},`),
  ].join('\n')
}

/** A cell in which a message took 101 to 103 ms, as both clocks saw it, and HAProxy's log too. */
export function cellRecords(design: CellDesign, exporter: string, csv = csvText(102)): CellRecords {
  const line: RequestLine = {
    requestMs: 102,
    queueMs: 0,
    connectMs: 0,
    responseMs: 1,
    activeMs: 103,
    processMs: 102,
    totalMs: 102,
    bracketUs: 102_000,
  }
  const waits = { queueMs: 0, ackMs: 102 }
  const message = { agent: 'a', event: 'e', status: 0, processMs: 102, waits, errors: 0, processed: 1 }
  return {
    design,
    agentMs: [101],
    clientMs: [103],
    underWay: 0,
    lifetimesMs: [{ lowMs: 5000, highMs: 5001 }],
    open: { exporter, csv },
    closed: { exporter, csv },
    requestLines: [line],
    messageLines: [message],
  }
}
