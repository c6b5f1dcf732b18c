import type { LatencyResult } from '../record/run.ts'
import { differences } from './blinded-analysis.ts'
import { type EffectOptions, estimateEffect } from './effect.ts'
import type { OpenedCase } from './open-case.ts'

/**
 * The overhead in two parts, where HAProxy read its own clock before it asked the agent and once it had the answer:
 * what lies between those two, less the same of the bypass, and what is left, block by block. The clock stands still
 * within a turn of HAProxy's poll loop, so that the bypass reads next to nothing.
 */
export function splitOverhead(cases: readonly OpenedCase[], options: EffectOptions): LatencyResult['split'] {
  const pool = (arm: 'offload' | 'bypass', what: 'netNs' | 'askedNs'): readonly number[] =>
    cases.flatMap(({ arms }) => arms[arm]?.[what] ?? [])
  const [offload, bypass] = [pool('offload', 'netNs'), pool('bypass', 'netNs')]
  const [asked, idle] = [pool('offload', 'askedNs'), pool('bypass', 'askedNs')]
  const isWhole = [bypass, asked, idle].every(({ length }) => length === offload.length && length > 0)
  if (!isWhole) return undefined
  const asking = differences(asked, idle)
  return {
    askingMs: estimateEffect(asking, options),
    aroundMs: estimateEffect(differences(differences(offload, bypass), asking), options),
  }
}
