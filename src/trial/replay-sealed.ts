import { findBrokenLink, hashRow } from '../record/chain.ts'
import type { Ledger } from './ledger.ts'

/** What holding a run against its files comes to. */
export interface SealedVerification<Outcome> {
  /** The first thing that does not hold, in words; null when all of it does. */
  readonly fault: string | null
  /** What a reader should know and what is no fault. */
  readonly notes: readonly string[]
  /** The run was killed or interrupted: it was checked as far as it goes. */
  readonly isEarly: boolean
  /** What the records come to; null where that was not reached. */
  readonly outcome: Outcome | null
}

interface SealedStart<Plan> {
  readonly plan: Plan
  readonly start: { readonly runId: string; readonly planHash: string; readonly commitment: string }
  readonly end: { readonly seed: string } | null
}

/**
 * Holds the first line against the plan, the commitment that was announced (where it is known) and the seed: what does not
 * hold, or null.
 */
export function checkSealedPlan<Plan extends { readonly runId: string }>(
  { plan, start, end }: SealedStart<Plan>,
  planHash: string,
  commitTo: (plan: Plan, seed: Uint8Array) => string,
  announced: string | undefined,
): string | null {
  if (start.planHash !== planHash || start.runId !== plan.runId) {
    return 'plan.json is not the plan that was hashed'
  }
  const { commitment } = start
  if (announced !== undefined && announced.trim().toLowerCase() !== commitment) {
    return `expected the commitment ${announced}, the run has ${commitment}`
  }
  return end === null || commitTo(plan, Buffer.from(end.seed, 'hex')) === commitment
    ? null
    : 'the commitment is not to this plan and seed'
}

/** The lines of a sealed folder (sealed-folder.ts), read again. */
export interface SealedLines {
  readonly file: string
  readonly plan: { readonly runId: string }
  readonly designHash: string
  readonly rows: readonly string[]
  readonly isTorn: boolean
  readonly start: { readonly commitment: string }
  readonly end: { readonly reason: 'complete' | 'interrupted' } | null
}

/** Holds the lines of a run against each other and its own lines of the ledger: what does not hold, or null. */
export function checkSealedChain(
  { file, plan, designHash, rows, isTorn, start, end }: SealedLines,
  own: Ledger,
): string | null {
  const [begin, last] = own.lines
  if (end === null && own.lines.length > 1) {
    return `${file} does not end as its ledger.jsonl says: its end was cut off`
  }
  if (begin?.type !== 'commitment' || own.lines.length !== (end === null ? 1 : 2)) {
    const expected = end === null ? "the run's commitment" : "the run's commitment and its end"
    return `expected ${expected} in its ledger.jsonl, and no more`
  }
  const isOwn = own.lines.every(({ runId }) => runId === plan.runId)
  if (!isOwn || begin.commitment !== start.commitment || begin.designHash !== designHash) {
    return "the commitment in the run's ledger.jsonl is another one"
  }
  const broken = findBrokenLink(rows, hashRow(own.rows[0] as string))
  // Without an end a line may have been written when the run died.
  if (broken !== null || (isTorn && end !== null)) {
    return `${file}, line ${broken ?? rows.length + 1}: expected the hash of the line before it`
  }
  const isEnd =
    end === null ||
    (last?.type === 'end' && last.samplesHash === hashRow(rows.at(-1) ?? '') && last.reason === end.reason)
  return isEnd ? null : `${file} does not end as the ledger says`
}
