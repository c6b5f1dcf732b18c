import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { siblingModule } from '../record/sibling-module.ts'
import { quantile } from '../stats/quantile.ts'

/** The 99th percentile of so few is close to the slowest: it may warn, and decides nothing. */
export interface ProbeSpread {
  readonly median: number
  readonly p99: number
}

export interface TimerProbe {
  /** How long after its time a timer of 1 ms fires; Node's fire up to 0.8 ms early, then it is negative. */
  readonly timeoutLatenessMs: ProbeSpread
  /** One byte to another thread and back over loopback TCP: two wake-ups. */
  readonly loopbackRoundTripMs: ProbeSpread
  /** A fixed arithmetic loop, the best of several: what the core's speed is just now. */
  readonly spinNsPerIteration: number
}

const timeoutCount = 30
const roundTripCount = 50
const roundTripWarmUpCount = 10
const spinCount = 5
const spinIterations = 100_000

/** How quickly this machine wakes, at this moment. Takes about a tenth of a second. */
export async function probeTimer(): Promise<TimerProbe> {
  const spinNsPerIteration = measureSpin()
  const timeoutLatenessMs = describe(await measureTimeouts())
  const loopbackRoundTripMs = describe(await measureRoundTrips())
  return { timeoutLatenessMs, loopbackRoundTripMs, spinNsPerIteration }
}

async function measureTimeouts(): Promise<readonly number[]> {
  const latenesses: number[] = []
  for (let count = 0; count < timeoutCount; count++) {
    const startMs = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 1))
    latenesses.push(performance.now() - startMs - 1)
  }
  return latenesses
}

async function measureRoundTrips(): Promise<readonly number[]> {
  // The worker has our own extension: .ts here, .js in a published package.
  const worker = new Worker(siblingModule('./echo-worker', import.meta.url))
  try {
    const [port] = await once(worker, 'message')
    const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true })
    try {
      await once(socket, 'connect')
      const roundTrips: number[] = []
      for (let count = 0; count < roundTripWarmUpCount + roundTripCount; count++) {
        roundTrips.push(await measureRoundTrip(socket))
      }
      return roundTrips.slice(roundTripWarmUpCount)
    } finally {
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
    }
  } finally {
    await worker.terminate()
  }
}

async function measureRoundTrip(socket: Socket): Promise<number> {
  const startMs = performance.now()
  socket.write('.')
  await once(socket, 'data')
  return performance.now() - startMs
}

function measureSpin(): number {
  let bestNs = Infinity
  for (let count = 0; count < spinCount; count++) {
    const start = process.hrtime.bigint()
    const result = spin()
    const elapsedNs = Number(process.hrtime.bigint() - start)
    // A result that nobody looks at could be optimised away together with the loop.
    if (result >= 0) bestNs = Math.min(bestNs, elapsedNs)
  }
  return bestNs / spinIterations
}

function spin(): number {
  let state = 1
  for (let iteration = 0; iteration < spinIterations; iteration++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  }
  return state
}

function describe(sample: readonly number[]): ProbeSpread {
  return { median: quantile(sample, 0.5), p99: quantile(sample, 0.99) }
}
