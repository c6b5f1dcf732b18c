import { quantile } from '../stats/quantile.ts'
import { stepMs, type WorkStep } from './planned-work.ts'

export interface Remaining {
  /**
   * Time left in ms when so many blocks of a step have ended. To be told of a step's first block and of its last,
   * and as often in between as one likes; 0 blocks: the step is about to begin.
   */
  readonly afterBlock: (step: number, blocksDone: number) => number
}

/**
 * How long the planned work still takes: the blocks at their pace, sleeps, boots, analyses and reports. Nothing is
 * extrapolated from what was seen but what a boot takes, which is the machine's and the agent's: the median excess so far.
 * @param endMs from the end of the last step to the end
 */
export function createRemaining(steps: readonly WorkStep[], endMs: number, now: () => number): Remaining {
  const excessesMs: number[] = []
  let last: { readonly step: number; readonly atMs: number } | undefined
  const bootOf = ({ bootMs }: WorkStep): number =>
    excessesMs.length === 0 ? bootMs : Math.max(0, bootMs + quantile(excessesMs, 0.5))
  const startMs = (step: WorkStep): number => bootOf(step) + step.lagMs
  return {
    afterBlock(index, blocksDone) {
      const step = steps[index]
      if (step === undefined) return 0
      if (blocksDone > 0) {
        const atMs = now()
        if (last !== undefined && last.step !== index) {
          const analysisMs = steps[last.step]?.analysisMs ?? 0
          const plannedMs = analysisMs + step.bootMs + step.lagMs + blocksDone * step.blockMs
          excessesMs.push(atMs - last.atMs - plannedMs)
        }
        last = { step: index, atMs }
      }
      const own =
        (step.blocks - blocksDone) * step.blockMs + step.analysisMs + (blocksDone > 0 ? 0 : startMs(step))
      const later = steps
        .slice(index + 1)
        .reduce((sum, one) => sum + stepMs({ ...one, bootMs: bootOf(one) }), 0)
      return own + later + endMs
    },
  }
}
