import { readlinkSync, writeFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { neverNs, pacemakerCell } from './pacemaker.ts'

const { dueNs, isWoken, isStopped } = pacemakerCell
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- handed over by pacemaker.ts
const cells = workerData as BigInt64Array
/** Between two wakes: a loop that is busy is not called again and again. */
const gapMs = 0.1
/** Linux lets a wait last so much longer so as to end several at once, 50 µs unless said otherwise. */
const slackNs = 1_000

try {
  const thread = readlinkSync('/proc/thread-self').split('/').at(-1)
  writeFileSync(`/proc/${thread}/timerslack_ns`, String(slackNs))
} catch {
  // Then it wakes up to 50 µs later, which the lateness of the starts shows.
}
parentPort?.postMessage('ready')

while (Atomics.load(cells, isStopped) === 0n) {
  const due = Atomics.load(cells, dueNs)
  const waitMs = due === neverNs ? Infinity : Number(due - process.hrtime.bigint()) / 1e6
  if (waitMs > 0) {
    // Ends early where another time is told that is not later.
    Atomics.wait(cells, dueNs, due, waitMs)
  } else {
    if (Atomics.exchange(cells, isWoken, 1n) === 0n) parentPort?.postMessage('due')
    Atomics.wait(cells, isStopped, 0n, gapMs)
  }
}
