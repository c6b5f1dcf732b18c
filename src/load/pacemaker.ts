import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { siblingModule } from '../record/sibling-module.ts'

/**
 * Wakes an event loop to the tenth of a millisecond: a timer of Node counts whole ones, and a loop that looks at
 * the clock all the time would keep an agent on the same core from answering.
 */
export interface Pacemaker extends AsyncDisposable {
  /** Wakes in so many ns, once, unless it is told another time before; Infinity: not at all. */
  wakeIn(ns: number): void
  /** Whom it wakes. */
  onWake: () => void
}

/** Cells of the shared array. The times are absolute, of the monotonic clock, in ns. */
export const pacemakerCell = { dueNs: 0, isWoken: 1, isStopped: 2 } as const
export const pacemakerCells = 3
/** Due when nothing is. */
export const neverNs = 2n ** 63n - 1n

/** A thread of its own that does nothing but wait. It lives until it is disposed of. */
export async function startPacemaker(): Promise<Pacemaker> {
  const cells = new BigInt64Array(new SharedArrayBuffer(pacemakerCells * BigInt64Array.BYTES_PER_ELEMENT))
  cells[pacemakerCell.dueNs] = neverNs
  const worker = new Worker(siblingModule('./pacemaker-thread', import.meta.url), {
    workerData: cells,
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  })
  await once(worker, 'message')
  const pacemaker: Pacemaker = {
    onWake: () => {},
    wakeIn(ns) {
      const dueNs = ns === Infinity ? neverNs : process.hrtime.bigint() + BigInt(Math.ceil(ns))
      const before = Atomics.exchange(cells, pacemakerCell.dueNs, dueNs)
      // Where it would have woken before, it finds the new time then.
      if (dueNs < before) Atomics.notify(cells, pacemakerCell.dueNs)
    },
    async [Symbol.asyncDispose]() {
      Atomics.store(cells, pacemakerCell.isStopped, 1n)
      Atomics.store(cells, pacemakerCell.dueNs, 0n)
      Atomics.notify(cells, pacemakerCell.dueNs)
      await worker.terminate()
    },
  }
  worker.on('message', () => {
    Atomics.store(cells, pacemakerCell.isWoken, 0n)
    pacemaker.onWake()
  })
  return pacemaker
}
