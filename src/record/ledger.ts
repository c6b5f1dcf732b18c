import { z } from 'zod'
import { canonicalJson, type Json, sha256 } from './canonical.ts'
import type { Plan } from './plan.ts'

/**
 * results/ledger.jsonl: every commitment that was ever made here and how its run ended, chained. A run's own
 * lines stand in its folder too.
 */

export const ledgerLineSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('commitment'),
    runId: z.string(),
    commitment: z.string(),
    designHash: z.string().describe('what attempts of the same thing share'),
    attempt: z.int().min(1).describe('commitments to this design, this one included'),
    aborted: z.int().min(0).describe('those before it that did not run to their end'),
  }),
  z.strictObject({
    type: z.literal('end'),
    runId: z.string(),
    reason: z.enum(['complete', 'interrupted']),
    samplesHash: z.string().describe('of the last line of samples.jsonl, which seals all before it'),
  }),
])
export type LedgerLine = z.infer<typeof ledgerLineSchema>

/** What the first line of a ledger is tied to. */
export const ledgerStart = '0'.repeat(64)

/** The same for every attempt at the same measurement: the plan without run, time and code, looked into or not. */
export function hashDesign(plan: Plan): string {
  const { runId: _runId, startedAt: _startedAt, code: _code, isUnblinded: _isUnblinded, ...design } = plan
  return sha256(canonicalJson(design as Json))
}

/** Which attempt a commitment behind these lines is. A commitment without a complete end was aborted. */
export function countAttempts(
  lines: readonly LedgerLine[],
  designHash: string,
): { attempt: number; aborted: number } {
  const complete = new Set(
    lines.flatMap((line) => (line.type === 'end' && line.reason === 'complete' ? [line.runId] : [])),
  )
  const earlier = lines.filter((line) => line.type === 'commitment' && line.designHash === designHash)
  return {
    attempt: earlier.length + 1,
    aborted: earlier.filter(({ runId }) => !complete.has(runId)).length,
  }
}
