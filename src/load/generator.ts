import type { Clock } from '../record/clock.ts'
import type { Exchange } from '../record/samples.ts'
import type { Traffic } from '../record/traffic.ts'
import { exchange } from './exchange.ts'
import { createIdleConnections } from './idle-connections.ts'
import { createRequests } from './request-bytes.ts'

/**
 * All that the load generator knows: where to send, when, and how many make a block. Ports are opaque
 * tokens. Nothing in here tells which port leads past an agent, nor how long that agent sleeps.
 */
export interface LoadInput {
  readonly host: string
  /** The port of each slot, in sending order; `slotsPerBlock` in a row make a block. */
  readonly ports: readonly number[]
  /** The intended start of each slot in ns from the first; null: one at a time, each after the one before. */
  readonly offsetsNs: readonly number[] | null
  readonly slotsPerBlock: number
  /** After a start that is later than this behind its intended one, the rest of the schedule shifts. */
  readonly intervalNs: number
  readonly deadlineMs: number
  /** Default: a new connection for each request. */
  readonly traffic?: Traffic
  /** The number that the first request carries; the others count on from it. Default 0. */
  readonly firstRequest?: number
  /** Which request of its mix each block sends; there where there is a mix. */
  readonly requestOfBlock?: readonly number[]
}

export interface LoadEvents {
  /** A block whose requests have all ended, its exchanges in sending order. Blocks may end out of order. */
  onBlock(block: number, exchanges: readonly Exchange[]): void
}

/**
 * Sends the requests of a case and reports every one of them; records and does not judge.
 *
 * Paced (open loop): a request starts at its intended time whether or not earlier ones have ended. After a
 * stall the rest of the schedule shifts by it, so that it never bursts.
 *
 * @param signal ends it at once: requests under way are cut off
 * @param stop no further block is begun; what is under way ends by itself
 */
export async function generateLoad(
  input: LoadInput,
  events: LoadEvents,
  clock: Clock,
  signal: AbortSignal,
  stop: AbortSignal = signal,
): Promise<void> {
  const { ports, slotsPerBlock } = input
  const idle = input.traffic?.connection === 'keep-alive' ? createIdleConnections() : null
  const requestOf = createRequests(input.host, input.traffic?.mix)
  const exchanges: Exchange[] = Array.from({ length: ports.length })
  const open: number[] = Array.from({ length: ports.length / slotsPerBlock }, () => slotsPerBlock)

  const isOver = (slot: number): boolean =>
    slot === ports.length || signal.aborted || (stop.aborted && slot % slotsPerBlock === 0)

  function ended(slot: number, record: Exchange): void {
    exchanges[slot] = record
    const block = Math.floor(slot / slotsPerBlock)
    const left = (open[block] as number) - 1
    open[block] = left
    if (left === 0) {
      events.onBlock(block, exchanges.slice(block * slotsPerBlock, (block + 1) * slotsPerBlock))
    }
  }

  function send(slot: number, intendedNs: number, done: (record: Exchange) => void): void {
    exchange(
      {
        host: input.host,
        port: ports[slot] as number,
        request: requestOf(
          (input.firstRequest ?? 0) + slot,
          input.requestOfBlock?.[Math.floor(slot / slotsPerBlock)] ?? 0,
        ),
        intendedNs,
        clock,
        deadlineMs: input.deadlineMs,
        signal,
        idle,
      },
      done,
    )
  }

  try {
    await (input.offsetsNs === null ? sendOneByOne() : sendPaced(input.offsetsNs))
  } finally {
    idle?.close()
  }

  async function sendOneByOne(): Promise<void> {
    for (let slot = 0; !isOver(slot); slot++) {
      ended(slot, await new Promise<Exchange>((resolve) => send(slot, clock(), resolve)))
    }
  }

  function sendPaced(offsetsNs: readonly number[]): Promise<void> {
    return new Promise((resolve) => {
      let slot = 0
      let underWay = 0
      let shiftNs = clock()

      function next(): void {
        while (!isOver(slot)) {
          const intendedNs = (offsetsNs[slot] as number) + shiftNs
          const now = clock()
          if (now < intendedNs) {
            // A timer may fire early by the part of a millisecond that it does not count: it is set again.
            setTimeout(next, Math.max(1, Math.floor((intendedNs - now) / 1_000_000)))
            return
          }
          const sent = slot++
          underWay++
          send(sent, intendedNs, (record) => {
            underWay--
            ended(sent, record)
            if (underWay === 0 && isOver(slot)) resolve()
          })
          if (now - intendedNs > input.intervalNs) shiftNs += now - intendedNs
        }
        if (underWay === 0) resolve()
      }
      next()
    })
  }
}
