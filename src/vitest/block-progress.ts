import type { Health } from '../report/health-lights.ts'
import type { WorkStep } from './planned-work.ts'
import type { ProgressSender } from './progress-channel.ts'
import { createRemaining } from './remaining.ts'

/** Of more events than this nobody sees more, and each costs time on the core of the load generator. */
const sendEveryMs = 250

export interface BlockProgressOptions {
  /** From the last block to the end. */
  readonly endMs: number
  readonly prefix?: string
  /** Cases, and their blocks, that were measured before the first of these. */
  readonly before?: { readonly cases: number; readonly blocks: number }
  /** Monotonic, in ms. */
  readonly now?: () => number
}

export interface BlockProgress {
  /** Tells that so many blocks of a step have ended. Most go untold; a step's first and last are told always. */
  ended(step: number, blocksDone: number, health?: Health): void
}

/** Tells the process that shows it how far the planned work is, between blocks and not too often. */
export function createBlockProgress(
  progress: Pick<ProgressSender, 'send'>,
  steps: readonly WorkStep[],
  {
    endMs,
    prefix = '',
    before = { cases: 0, blocks: 0 },
    now = () => performance.now(),
  }: BlockProgressOptions,
): BlockProgress {
  const remaining = createRemaining(steps, endMs, now)
  const blocksBefore = (count: number): number =>
    steps.slice(0, count).reduce((sum, { blocks }) => sum + blocks, before.blocks)
  const total = blocksBefore(steps.length)
  let told: { readonly step: number; readonly atMs: number } | undefined
  return {
    ended(index, blocksDone, health = {}) {
      const step = steps[index]
      if (step === undefined) return
      const atMs = now()
      const isDue = told?.step !== index || atMs - told.atMs >= sendEveryMs || blocksDone === step.blocks
      if (!isDue) return
      told = { step: index, atMs }
      progress.send({
        type: 'blocks',
        label: `${prefix}${step.name}`,
        caseIndex: before.cases + index,
        caseCount: before.cases + steps.length,
        blocksDone,
        blocksTotal: step.blocks,
        all: { done: blocksBefore(index) + blocksDone, total },
        etaMs: remaining.afterBlock(index, blocksDone),
        health,
      })
    },
  }
}
