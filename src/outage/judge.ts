import type { OutageArmName } from '../haproxy/outage-config.ts'
import type { FateCounts, OutageArm } from '../record/outage.ts'
import type { Prediction } from '../record/outage-plan.ts'

/** What is judged of an arm. */
export type ArmFigures = Omit<OutageArm, 'arm' | 'disagreements' | 'startNs' | 'latencyNs' | 'fates'>

/** A busy machine may hold up this share of the requests until the processing timeout. */
export const toleratedShare = 0.1
/** HAProxy's clock counts whole milliseconds, and requests wait for each other on a busy machine. */
export const earlyMs = 2
export const lateMs = 20

/**
 * In words, what an arm did that is not predicted; none where it behaves. That no request passes unchecked
 * where the hole is closed holds for the whole cell and without tolerance.
 */
export function judgeArm(arm: OutageArmName, figures: ArmFigures, prediction: Prediction): string[] {
  const { before, during, whole, timeoutMs } = figures
  const isClosed = closes(arm, prediction)
  return [
    ...complain(before.checked < (1 - toleratedShare) * total(before), `before: ${describe(before)}`),
    ...complain(whole.failed > 0, `${whole.failed} requests came to another end`),
    ...complain(isClosed && whole.unchecked > 0, `${whole.unchecked} requests passed unchecked`),
    ...judgeFates(during, prediction, isClosed),
    ...(arm === 'pass' ? judgeErrors(figures, prediction) : []),
    ...judgeWait(figures, prediction.wait === 'none' ? 0 : timeoutMs),
    ...judgeRecovery(figures, prediction),
  ]
}

/** Whether the policy of an arm rejects what has no verdict. */
export function closes(arm: OutageArmName, { error }: Prediction): boolean {
  return arm === 'deny-without-verdict' || (arm === 'deny-on-error' && error !== null)
}

function judgeFates(during: FateCounts, { checked }: Prediction, isClosed: boolean): string[] {
  const expected = checked === 'none' ? 0 : 0.5
  const isOff = Math.abs(during.checked - expected * total(during)) > toleratedShare * total(during)
  const lost = isClosed ? during.rejected : during.unchecked
  return [
    ...complain(total(during) === 0, 'no request fell into the outage'),
    ...complain(
      isOff || lost < total(during) - during.checked,
      `during the outage: ${describe(during)}; predicted: ${checked} checked, the others ${isClosed ? 'rejected' : 'unchecked'}`,
    ),
  ]
}

function judgeErrors({ errors, during }: ArmFigures, { error }: Prediction): string[] {
  const told = error === null ? 0 : (errors[error] ?? 0)
  const others = Object.entries(errors).filter(([number]) => Number(number) !== error)
  const wanted = error === null ? 0 : (1 - toleratedShare) * during.unchecked
  const otherCount = others.reduce((sum, [, count]) => sum + count, 0)
  return complain(
    told < wanted || otherCount > toleratedShare * during.unchecked,
    `set-on-error said ${JSON.stringify(errors)} of ${during.unchecked}; predicted: ${error ?? 'nothing'}`,
  )
}

function judgeWait({ addedMs }: ArmFigures, waitMs: number): string[] {
  if (addedMs === null) return ['too few requests without a verdict for a figure']
  const { estimate } = addedMs
  return complain(
    estimate < waitMs - earlyMs || estimate > waitMs + lateMs,
    `${estimate.toFixed(1)} ms more than bypass; predicted: ${waitMs - earlyMs} to ${waitMs + lateMs} ms`,
  )
}

function judgeRecovery({ recoveryMs }: ArmFigures, prediction: Prediction): string[] {
  return complain(
    recoveryMs === null || recoveryMs > prediction.recoveryMs,
    `verdicts again after ${recoveryMs === null ? 'the end of the cell' : `${recoveryMs.toFixed(0)} ms`}; predicted: within ${prediction.recoveryMs} ms`,
  )
}

function total({ checked, unchecked, rejected, failed }: FateCounts): number {
  return checked + unchecked + rejected + failed
}

function describe({ checked, unchecked, rejected, failed }: FateCounts): string {
  return `${checked} checked, ${unchecked} unchecked, ${rejected} rejected, ${failed} failed`
}

function complain(isWrong: boolean, sentence: string): string[] {
  return isWrong ? [sentence] : []
}
