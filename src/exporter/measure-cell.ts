import { bootHaproxy, type Haproxy } from '../haproxy/boot.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import { scrapeExporter } from '../haproxy/exporter.ts'
import {
  parseMessageLine,
  parseRequestLine,
  type MessageLine,
  type RequestLine,
} from '../haproxy/instruments.ts'
import { receiveLog } from '../haproxy/log-receiver.ts'
import { parseStat } from '../haproxy/stats.ts'
import type { Exchange, HelloRecord, NotifyRecord } from '../record/samples.ts'
import { toMs, toNs } from '../record/units.ts'
import { loopback, openListeners, sendLoad } from '../trial/boot-case.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { joinCase } from '../trial/join.ts'
import type { Stack } from '../trial/stack.ts'
import { TrialError } from '../trial/trial-error.ts'
import type { Range } from './range.ts'
import { samplesWindow } from './rules.ts'

/** What is measured with one fresh HAProxy: nothing but these requests goes through it. */
export interface CellDesign {
  readonly sleepMs: number
  readonly requests: number
}

export interface CellOptions {
  readonly design: CellDesign
  readonly binary: HaproxyBinary
  readonly stack: Stack
  readonly nbthread: number
  readonly prefix: (dir: string) => readonly string[]
  readonly signal: AbortSignal
}

/** One look at HAProxy's averages, as it answered. */
export interface Scrape {
  readonly exporter: string
  readonly csv: string
}

/** Everything that was written down in a cell, by HAProxy and by the two sides of it. Times in ms. */
export interface CellRecords {
  readonly design: CellDesign
  /** From NOTIFY received to the end of the sleep, by the agent's clock, in the order in which they ended. */
  readonly agentMs: readonly number[]
  /** From just before connect() to the end of the response header, by the client's, in that order too. */
  readonly clientMs: readonly number[]
  /** Messages that had no answer yet when the 513th came; 0 where there are fewer. */
  readonly underWay: number
  /** How long each of HAProxy's connections to the agent lived, within what either side could see. */
  readonly lifetimesMs: readonly Range[]
  /** With HAProxy's connections to the agent still open, and once the agent has closed them. */
  readonly open: Scrape
  readonly closed: Scrape
  readonly requestLines: readonly RequestLine[]
  readonly messageLines: readonly MessageLine[]
}

export const armName = 'offload'
export const backends = { agents: `agents-${armName}`, traffic: 'webservers' } as const

/** Requests start this far apart, whatever became of those before. */
export const intervalMs = 3

const requestDeadlineMs = 10_000

/**
 * Boots a fresh HAProxy between agent and origin, sends the requests, and reads every instrument afterwards.
 *
 * @throws {TrialError} `case` when a request fails or does not prove itself, `interrupted`
 */
export function measureCell(options: CellOptions): Promise<CellRecords> {
  return withCleanup((cleanup) => measure(options, cleanup))
}

async function measure(options: CellOptions, cleanup: Cleanup): Promise<CellRecords> {
  const { design, stack, signal } = options
  const log = cleanup.use(await receiveLog())
  const addresses = await openListeners(stack, cleanup)
  const haproxy = cleanup.use(
    await bootHaproxy({
      binary: options.binary,
      prefix: options.prefix,
      cancelSignal: signal,
      config: {
        nbthread: options.nbthread,
        ...addresses,
        arms: [{ name: armName, offload: true }],
        // The clock can be read before and after this one.
        event: 'on-frontend-http-request',
        logPort: log.port,
      },
    }),
  )
  const port = haproxy.ports[armName]
  await stack.agent.call('treat', [{ frontendPort: port, sleepNs: toNs(design.sleepMs), spinNs: 0 }])
  const exchanges = await send(options, port)
  const { notifies, hellos, errors } = await stack.agent.call('takeRecords')
  const requests = await stack.origin.call('takeRecords')
  if (signal.aborted) throw new TrialError('interrupted', 'The cell was interrupted.')
  const [fault] = joinCase({ exchanges, notifies, requests }).faults
  if (fault !== undefined || errors.length > 0) {
    throw new TrialError(
      'case',
      `Expected every request to join and prove itself: ${fault?.message ?? errors[0]}`,
    )
  }
  const opened = hellos.length
  if ((await stack.agent.call('connections')) !== opened) {
    throw new TrialError('case', `Expected HAProxy to keep its ${opened} connections to the agent open.`)
  }
  const open = await scrape(haproxy)
  const closingNs = Number(process.hrtime.bigint() - stack.epochNs)
  await stack.agent.call('close')
  await drained(haproxy)
  const closedNs = Number(process.hrtime.bigint() - stack.epochNs)
  const isRequest = (line: string): boolean => parseRequestLine(line) !== null
  const isMessage = (line: string): boolean => parseMessageLine(line) !== null
  const requestLines = await log.waitFor(design.requests, isRequest)
  const messageLines = await log.waitFor(design.requests, isMessage)
  return {
    design,
    agentMs: notifies
      .toSorted(([, , , , a], [, , , , b]) => a - b)
      .map(([, , receivedNs, , endNs]) => toMs(endNs - receivedNs)),
    clientMs: exchanges
      .toSorted(([, , , , a], [, , , , b]) => a - b)
      .map(([, , , startNs, endNs]) => toMs(endNs - startNs)),
    underWay: underWayAfter(notifies, samplesWindow),
    lifetimesMs: lifetimes(hellos, exchanges, closingNs, closedNs),
    open,
    closed: await scrape(haproxy),
    requestLines: requestLines.flatMap((line) => parseRequestLine(line) ?? []),
    messageLines: messageLines.flatMap((line) => parseMessageLine(line) ?? []),
  }
}

async function send({ design, stack, signal }: CellOptions, port: number): Promise<Exchange[]> {
  const blocks = new Map<number, readonly Exchange[]>()
  const input = {
    host: loopback,
    ports: Array.from({ length: design.requests }, () => port),
    offsetsNs: Array.from({ length: design.requests }, (_, slot) => toNs(slot * intervalMs)),
    slotsPerBlock: 1,
    intervalNs: toNs(intervalMs),
    deadlineMs: requestDeadlineMs,
  }
  await sendLoad(stack, input, signal, ({ block, exchanges }) => blocks.set(block, exchanges))
  return [...blocks].toSorted(([a], [b]) => a - b).flatMap(([, exchanges]) => exchanges)
}

async function scrape(haproxy: Haproxy<typeof armName>): Promise<Scrape> {
  return { exporter: await scrapeExporter(haproxy.exporterPort), csv: await haproxy.command('show stat') }
}

/** Resolves when HAProxy has seen that the agent closed its connections. */
async function drained(haproxy: Haproxy<typeof armName>): Promise<void> {
  const deadline = performance.now() + 2000
  for (;;) {
    const line = parseStat(await haproxy.command('show stat')).find(
      ({ proxy, service }) => proxy === backends.agents && service === 'BACKEND',
    )
    if (line?.openSessions === 0) return
    if (performance.now() > deadline) {
      throw new TrialError('case', 'Expected HAProxy to let go of the connections that the agent closed.')
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function underWayAfter(notifies: readonly NotifyRecord[], count: number): number {
  const next = notifies[count]
  if (next === undefined) return 0
  return notifies.slice(0, count).filter(([, , , , endNs]) => endNs > next[2]).length
}

/**
 * A connection is opened for a request that is under way when its HELLO is read; it ends between our first word
 * of it and HAProxy's last.
 */
function lifetimes(
  hellos: readonly HelloRecord[],
  exchanges: readonly Exchange[],
  closingNs: number,
  closedNs: number,
): Range[] {
  return hellos.map(([helloNs]) => {
    const underWay = exchanges.filter(([, , , startNs, endNs]) => startNs < helloNs && helloNs < endNs)
    const startNs = Math.min(helloNs, ...underWay.map(([, , , sentNs]) => sentNs))
    return { lowMs: toMs(closingNs - helloNs), highMs: toMs(closedNs - startNs) }
  })
}
