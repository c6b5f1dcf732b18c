import type { Effect, Run } from '../record/run.ts'
import { quantileOfSorted } from '../stats/quantile.ts'
import { BaselineError } from './baseline-error.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { SoundRun } from './read-run.ts'
import type { StoredEffect, StoredRun } from './record.ts'

/**
 * What a baseline keeps of a run.
 * @throws {BaselineError} `invalid` when a latency has no verdict, or the placebo is not clean: the interval over all
 * blocks has to hold 0, which is stricter than what makes a run invalid
 */
export function admitRun({ run, host, plan }: SoundRun, reason: string): StoredRun {
  const placeboMs = requireCleanPlacebo(run)
  return {
    runId: run.runId,
    startedAt: run.startedAt,
    reason,
    attempt: run.attempt?.number ?? null,
    planHash: run.planHash,
    commitment: run.commitment,
    fingerprint: fingerprintOf({ host, plan }, 'warn'),
    latencies: run.latencies.map((latency) => {
      const { latencyMs, blocks, verdict, overheadMs, relativeOverhead, placeboMs: placebo } = latency
      if (overheadMs === null || relativeOverhead === null || verdict === null) {
        throw new BaselineError('invalid', `The run ${run.runId} has no verdict at ${latencyMs} ms.`)
      }
      const own = placebo === null ? null : storeEffect(placebo)
      return { latencyMs, blocks, overheadMs: storeEffect(overheadMs), relativeOverhead, placeboMs: own }
    }),
    calibration: {
      placeboMs: storeEffect(placeboMs),
      decoy: storeDecoy(run),
      wakeMs: wakeOf(run),
      stealShare: largest(run.cases.flatMap(({ stealShare }) => stealShare ?? [])),
    },
  }
}

/** How awake the machine was: the median of the wake-ups that were timed before the judged cases. */
export function wakeOf({ cases }: Run): number | null {
  const wakes = cases.filter(({ isJudged }) => isJudged).flatMap(({ roundTripMs }) => roundTripMs ?? [])
  return wakes.length === 0 ? null : quantileOfSorted(Float64Array.from(wakes).toSorted(), 0.5)
}

function requireCleanPlacebo({ runId, placeboMs }: Run): Effect {
  const { lower = null, upper = null } = placeboMs ?? {}
  if (placeboMs === null || lower === null || upper === null) {
    throw new BaselineError('invalid', `The run ${runId} has no placebo, or too few blocks of it.`)
  }
  if (lower <= 0 && upper >= 0) return placeboMs
  throw new BaselineError(
    'invalid',
    `The placebo of the run ${runId} is not clean: expected its interval to hold 0, got ${lower} to ${upper} ms. Leave the machine alone and make a new one.`,
  )
}

function storeEffect({ estimate, lower, upper, level }: Effect): StoredEffect {
  return { estimate, lower, upper, level }
}

function storeDecoy({ decoy }: Run): StoredRun['calibration']['decoy'] {
  return decoy === null || decoy.effectMs === null
    ? null
    : { injectedMs: decoy.injectedMs, seenMs: decoy.effectMs.estimate }
}

function largest(shares: readonly number[]): number | null {
  return shares.length === 0 ? null : Math.max(...shares)
}
