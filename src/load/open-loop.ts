import type { Clock } from '../record/clock.ts'
import { createRandom } from '../record/random.ts'
import type { LoopTallies } from '../record/rates.ts'
import { toNs } from '../record/units.ts'
import { createLatencyHistogram } from '../stats/latency-histogram.ts'
import { createXoshiro } from '../stats/xoshiro.ts'
import { createConnections } from './connections.ts'
import type { Pacemaker } from './pacemaker.ts'

/** Requests that come when they come, whatever became of the ones before. */
export interface OpenLoopInput {
  readonly host: string
  readonly port: number
  readonly path: string
  /** Poisson arrivals, so many a second. */
  readonly ratePerSecond: number
  /** Hexadecimal; the arrivals follow from it. */
  readonly key: string
  /** Requests that were to start in this time are sent and not counted. */
  readonly warmUpMs: number
  /** The window after that: requests that were to start in it count. */
  readonly windowMs: number
  /** Answers are waited for so long after the window. */
  readonly drainMs: number
  readonly isKeepAlive: boolean
  /** Connections that are open before the first arrival, where they are kept alive. */
  readonly warmConnections: number
  /** Requests under way at once; who comes later waits for one of them to end, and his time runs. */
  readonly maxInFlight: number
  /** Bytes of one more header of every request; 0: there is none. */
  readonly headerBytes: number
}

/** Kinds of answers and failures that are told apart; the others go by one name. */
const mostKinds = 20

/**
 * Sends requests at random times that are fixed beforehand and measures each from the time at which it was to
 * start: what a stalled server makes those wait that come meanwhile is in it (no coordinated omission). Its
 * memory does not grow with the number of requests: times are drawn as they come and go into histograms.
 *
 * @param onEdge called at the start and at the end of the window, to read clocks there
 * @throws {Error} when connections can't be opened beforehand, or interrupted; requests that fail are counted
 */
export async function runOpenLoop(
  input: OpenLoopInput,
  pacemaker: Pacemaker,
  clock: Clock,
  signal: AbortSignal,
  onEdge: () => void = () => {},
): Promise<LoopTallies> {
  const { maxInFlight, warmUpMs, windowMs } = input
  const latency = createLatencyHistogram()
  const service = createLatencyHistogram()
  const lateness = createLatencyHistogram()
  const bodies = new Map<string, number>()
  const failures = new Map<string, number>()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // While connections are opened nobody waits for it yet, and an interruption may come then.
  promise.catch(() => {})
  let [inFlight, mostInFlight, arrivals, answered, answeredInWindow] = [0, 0, 0, 0, 0]
  /** When a place became free for those that waited for one. */
  let freedNs = 0
  let [windowStartNs, endNs, nextNs] = [Infinity, -Infinity, Infinity]
  const edgesNs: number[] = []
  const isCounted = (intendedNs: number): boolean => intendedNs >= windowStartNs

  const connections = createConnections({
    ...input,
    request: renderRequest(input),
    onAnswer({ body }, intendedNs, sentNs) {
      const now = clock()
      if (isCounted(intendedNs)) {
        answered++
        latency.record(now - intendedNs)
        service.record(now - sentNs)
      }
      // Of those that warm up too: what it proves is asked of all.
      tally(bodies, body)
      if (edgesNs.length === 1) answeredInWindow++
      free(now)
    },
    onLost(why) {
      tally(failures, why)
      free(clock())
    },
  })

  function free(now: number): void {
    if (inFlight-- === maxInFlight) freedNs = now
    dispatch()
  }

  function dispatch(): void {
    while (nextNs < endNs) {
      const now = clock()
      if (nextNs > now) return pacemaker.wakeIn(nextNs - now)
      // Whoever frees a place calls again.
      if (inFlight >= maxInFlight) return pacemaker.wakeIn(Infinity)
      if (isCounted(nextNs)) {
        arrivals++
        // Who waited for a place did not wait for us.
        lateness.record(now - Math.max(nextNs, freedNs))
      }
      mostInFlight = Math.max(mostInFlight, ++inFlight)
      connections.send(nextNs, now)
      nextNs += gapNs()
    }
    pacemaker.wakeIn(Infinity)
    if (inFlight === 0 && edgesNs.length === 2) resolve()
  }

  function edge(): void {
    edgesNs.push(clock())
    onEdge()
    dispatch()
  }

  const timers: NodeJS.Timeout[] = []
  const abort = (): void => reject(new Error('interrupted'))
  signal.addEventListener('abort', abort, { once: true })
  const gapNs = createGaps(input)
  try {
    if (signal.aborted) abort()
    if (input.isKeepAlive) await connections.warm(Math.min(input.warmConnections, maxInFlight), signal)
    const startNs = clock()
    windowStartNs = startNs + toNs(warmUpMs)
    endNs = windowStartNs + toNs(windowMs)
    nextNs = startNs + gapNs()
    timers.push(
      setTimeout(edge, warmUpMs),
      setTimeout(edge, warmUpMs + windowMs),
      setTimeout(resolve, warmUpMs + windowMs + input.drainMs),
    )
    pacemaker.onWake = dispatch
    dispatch()
    await promise
    const now = clock()
    // What is not answered took at least until now.
    for (const intendedNs of connections.waiting())
      if (isCounted(intendedNs)) latency.record(now - intendedNs)
    for (; nextNs < endNs; nextNs += gapNs()) {
      if (!isCounted(nextNs)) continue
      arrivals++
      latency.record(now - nextNs)
    }
    return {
      arrivals,
      answered,
      unanswered: latency.count - answered,
      answeredInWindow,
      windowNs: (edgesNs[1] ?? now) - (edgesNs[0] ?? 0),
      failures: Object.fromEntries(failures),
      bodies: Object.fromEntries(bodies),
      latency: latency.toSparse(),
      service: service.toSparse(),
      lateness: lateness.toSparse(),
      mostInFlight,
      opened: connections.opened,
    }
  } finally {
    nextNs = Infinity
    pacemaker.onWake = () => {}
    pacemaker.wakeIn(Infinity)
    signal.removeEventListener('abort', abort)
    for (const timer of timers) clearTimeout(timer)
    connections[Symbol.dispose]()
  }
}

/** Times between two arrivals, exponential: -ln(u) over the rate. */
export function createGaps({
  ratePerSecond,
  key,
}: Pick<OpenLoopInput, 'ratePerSecond' | 'key'>): () => number {
  const word = createXoshiro(createRandom(Buffer.from(key, 'hex')))
  return () => (-Math.log((word() + 0.5) / 2 ** 32) * 1e9) / ratePerSecond
}

function renderRequest({ host, path, headerBytes }: OpenLoopInput): Buffer {
  const name = 'x-payload: '
  const filler =
    headerBytes === 0 ? '' : `${name}${'p'.repeat(Math.max(0, headerBytes - name.length - 2))}\r\n`
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${filler}\r\n`)
}

function tally(counts: Map<string, number>, kind: string): void {
  const name = counts.has(kind) || counts.size < mostKinds ? kind : 'others'
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
