import { startPacemaker } from '../load/pacemaker.ts'
import { monotonicClock } from '../trial/clock.ts'
import { type MeasuredLoop, measureLoop, type MeasuredLoopInput } from './measured-loop.ts'
import { ownEpochNs, serveOwnProcess } from './own-process.ts'

const clock = monotonicClock(ownEpochNs())
const pacemaker = await startPacemaker()
let abort = new AbortController()

const methods = {
  async run(input: MeasuredLoopInput): Promise<MeasuredLoop> {
    abort = new AbortController()
    return measureLoop(input, pacemaker, clock, abort.signal)
  },
  interrupt: (): void => abort.abort(),
  residentBytes: (): number => process.memoryUsage.rss(),
}
export type RatesLoadMethods = typeof methods

serveOwnProcess(methods)
