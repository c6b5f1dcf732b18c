import { generateLoad, type LoadInput } from '../load/generator.ts'
import type { Exchange } from '../record/samples.ts'
import { monotonicClock } from './clock.ts'
import { serveThread, threadEpochNs } from './thread.ts'

const clock = monotonicClock(threadEpochNs())
let abort = new AbortController()

/** Reported as soon as all requests of a block have ended. */
export interface BlockEvent {
  readonly block: number
  readonly exchanges: readonly Exchange[]
}

const methods = {
  async run(input: LoadInput): Promise<void> {
    abort = new AbortController()
    const onBlock = (block: number, exchanges: readonly Exchange[]): void =>
      report({ block, exchanges } satisfies BlockEvent)
    await generateLoad(input, { onBlock }, clock, abort.signal)
  },
  interrupt(): void {
    abort.abort()
  },
}
export type LoadMethods = typeof methods

const report = serveThread(methods)
