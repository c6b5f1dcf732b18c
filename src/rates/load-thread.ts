import { startPacemaker } from '../load/pacemaker.ts'
import { monotonicClock } from '../trial/clock.ts'
import { serveThread, threadEpochNs } from '../trial/thread.ts'
import { type MeasuredLoop, measureLoop, type MeasuredLoopInput } from './measured-loop.ts'

const clock = monotonicClock(threadEpochNs())
const pacemaker = await startPacemaker()
let abort = new AbortController()

const methods = {
  async run(input: MeasuredLoopInput): Promise<MeasuredLoop> {
    abort = new AbortController()
    return measureLoop(input, pacemaker, clock, abort.signal)
  },
  interrupt: (): void => abort.abort(),
}
export type RatesLoadMethods = typeof methods

serveThread(methods)
