import type { Plan } from '../record/plan.ts'
import { plannedCases } from '../trial/decoy.ts'
import type { TrialOptions } from '../trial/trial.ts'
import type { ProgressSender } from './progress-channel.ts'
import { createRemaining } from './remaining.ts'

/** Tells of every block of a trial: which case of how many, and what is left of the plan. */
export function sendBlocks(progress: ProgressSender, plan: Plan, prefix = ''): TrialOptions['onProgress'] {
  const remaining = createRemaining(plan)
  const cases = plannedCases(plan)
  return (caseId, blocksDone, blocksTotal) => {
    const caseIndex = cases.findIndex(({ id }) => id === caseId)
    progress.send({
      type: 'blocks',
      label: `${prefix}${caseId}`,
      caseIndex,
      caseCount: cases.length,
      blocksDone,
      blocksTotal,
      etaMs: remaining.afterBlock(caseIndex, blocksDone),
    })
  }
}
