import type { Plan } from '../record/plan.ts'
import type { CaseResult, Effect } from '../record/run.ts'
import { plannedCases } from '../trial/decoy.ts'
import { type PlaceboSoFar, placeboSoFar } from '../trial/placebo.ts'
import type { TrialOptions } from '../trial/trial.ts'
import { type BlockProgressOptions, createBlockProgress } from './block-progress.ts'
import { createLateness } from './lateness.ts'
import { reportsMs, workOf } from './planned-work.ts'
import type { ProgressSender } from './progress-channel.ts'

/** Tells of every case of a trial: which of how many, its blocks, what is left of the plan, and how the run is. */
export interface CaseProgress {
  readonly onProgress: TrialOptions['onProgress']
  /** What is frozen and open may be shown: to be told of every such case. */
  readonly opened: (result: CaseResult) => void
}

export function createCaseProgress(
  progress: Pick<ProgressSender, 'send'>,
  plan: Plan,
  options: Pick<BlockProgressOptions, 'prefix' | 'now'> = {},
): CaseProgress {
  const cases = plannedCases(plan)
  const steps = workOf(plan)
  const blocks = createBlockProgress(progress, steps, { ...options, endMs: reportsMs(steps) })
  const placebos: Effect[] = []
  let placebo: PlaceboSoFar | null = null
  let measured = ''
  let lateness = createLateness()
  return {
    onProgress(caseId, blocksDone, _, { block, exchanges }) {
      const index = cases.findIndex(({ id }) => id === caseId)
      if (caseId !== measured) lateness = createLateness(lateness.share)
      measured = caseId
      // As in the figures of the case, warm-up does not count.
      if (block >= (cases[index]?.warmUpBlocks ?? 0)) lateness.add(exchanges)
      blocks.ended(index, blocksDone, {
        ...(plan.arms.includes('placebo') ? { placebo } : {}),
        // One at a time there is no schedule to be behind of.
        ...(plan.condition === 'paced' ? { lateShare: lateness.share } : {}),
      })
    },
    opened({ isJudged, placeboMs }) {
      if (!isJudged || placeboMs === null) return
      placebos.push(placeboMs)
      placebo = placeboSoFar(placebos)
    },
  }
}
