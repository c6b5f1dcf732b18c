import { readFileSync } from 'node:fs'
import { generateLoad, type LoadInput } from '../load/generator.ts'
import type { Exchange } from '../record/samples.ts'
import { monotonicClock } from './clock.ts'
import { type Saturation, type SaturationInput, saturate } from './peers/saturate.ts'
import { threadEpochNs } from './thread.ts'

/** Reported as soon as all requests of a block have ended. */
export interface BlockEvent {
  readonly block: number
  readonly exchanges: readonly Exchange[]
}

/** What the load generator's thread answers to. */
export type LoadMethods = {
  /** @param file holds the input as JSON (`LoadInput`), and that is all that the generator is told */
  run(file: string): Promise<void>
  saturate(input: SaturationInput): Promise<Saturation>
  /** Cuts off what is under way. */
  interrupt(): void
  /** Begins no further block; what is under way ends by itself. */
  stop(): void
}

/** The load generator as the methods of whichever thread it lives in. */
export function createLoadMethods(report: (event: BlockEvent) => void): LoadMethods {
  const clock = monotonicClock(threadEpochNs())
  let abort = new AbortController()
  let stop = new AbortController()
  return {
    async run(file) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by load-file.ts
      const input = JSON.parse(readFileSync(file, 'utf8')) as LoadInput
      abort = new AbortController()
      stop = new AbortController()
      const onBlock = (block: number, exchanges: readonly Exchange[]): void => report({ block, exchanges })
      await generateLoad(input, { onBlock }, clock, abort.signal, stop.signal)
    },
    async saturate(input) {
      abort = new AbortController()
      return saturate(input, clock, abort.signal)
    },
    interrupt: () => abort.abort(),
    stop: () => stop.abort(),
  }
}
