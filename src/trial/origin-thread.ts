import { type Origin, startOrigin } from '../origin/origin.ts'
import type { OriginRecord } from '../record/samples.ts'
import { monotonicClock } from './clock.ts'
import { serveThread, threadEpochNs } from './thread.ts'

const clock = monotonicClock(threadEpochNs())
let origin: Origin | undefined

const methods = {
  /** Opens a fresh listener and returns its port. */
  async open(): Promise<number> {
    origin = await startOrigin(clock)
    return origin.port
  },
  takeRecords(): OriginRecord[] {
    return origin?.takeRecords() ?? []
  },
  async close(): Promise<void> {
    await origin?.[Symbol.asyncDispose]()
    origin = undefined
  },
}
export type OriginMethods = typeof methods

serveThread(methods)
