import { dirname } from 'node:path'
import { findBrokenLink, hashRow } from '../record/chain.ts'
import type { Plan } from '../record/plan.ts'
import { checkFolder, checkName, describeUnreadable } from './check-folder.ts'
import { noteOtherCode } from './code-identity.ts'
import { type Ledger, readLedger } from './ledger.ts'
import { checkWholeLedger } from './replay-ledger.ts'

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

export interface VerifyOptions {
  /** Whether to replay the whole ledger in the folder above. */
  readonly hasLedger: boolean
  /** The one that was announced, from wherever it was kept. */
  readonly commitment?: string | undefined
}

interface SealedRun<Outcome> {
  readonly plan: { readonly runId: string; readonly code: Plan['code'] }
  readonly end: { readonly reason: 'complete' | 'interrupted' } | null
  readonly record: { readonly outcome: Outcome } | null
}

/** What is held of the runs of one suite; each check says what does not hold, or null. */
export interface SealedSuite<Files> {
  /** @throws {TrialError} `records` */
  readonly read: (path: string) => Files
  /** Plan, commitment and chain. */
  readonly checkSeal: (files: Files, own: Ledger, announced: string | undefined) => string | null
  /** Everything that was measured, and what was made of it. */
  readonly check: (files: Files, own: Ledger) => string | null
  readonly note: (files: Files, isEarly: boolean) => string[]
  /** Whether this version makes figures as the plan says. */
  readonly isOurs: (files: Files) => boolean
}

const otherRules =
  'the rules in the plan are not those of this version: figures and table were not made again, the rest was checked'

/** Replays a sealed run from its files. */
export function verifySealed<Outcome, Files extends SealedRun<Outcome | 'incomplete'>>(
  path: string,
  { hasLedger, commitment }: VerifyOptions,
  { read, checkSeal, check, note, isOurs }: SealedSuite<Files>,
): SealedVerification<Outcome | 'incomplete'> {
  try {
    const unsound = checkFolder(path, ['plan.json'])
    if (unsound !== null) return { fault: unsound, notes: [], isEarly: false, outcome: null }
    const files = read(path)
    const own = readLedger(path)
    const whole = hasLedger ? readLedger(dirname(path)) : null
    const isEarly = files.end?.reason !== 'complete'
    const fault =
      (hasLedger ? checkName(path, files.plan.runId) : null) ??
      checkSeal(files, own, commitment) ??
      (whole === null ? null : checkWholeLedger(whole, own)) ??
      check(files, own)
    const notes = [
      ...noteOtherCode(files.plan.code),
      ...(isOurs(files) ? [] : [otherRules]),
      ...note(files, isEarly),
      ...own.notes,
      ...(whole?.notes ?? []),
    ]
    const outcome = isEarly ? 'incomplete' : (files.record?.outcome ?? null)
    return { fault, notes, isEarly, outcome: fault === null ? outcome : null }
  } catch (error) {
    const unreadable = describeUnreadable(error)
    if (unreadable === null) throw error
    return { fault: unreadable, notes: [], isEarly: false, outcome: null }
  }
}

interface SealedStart<OwnPlan> {
  readonly plan: OwnPlan
  readonly start: { readonly runId: string; readonly planHash: string; readonly commitment: string }
  readonly end: { readonly seed: string } | null
}

/**
 * Holds the first line against the plan, the commitment that was announced (where it is known) and the seed: what does not
 * hold, or null.
 */
export function checkSealedPlan<OwnPlan extends { readonly runId: string }>(
  { plan, start, end }: SealedStart<OwnPlan>,
  planHash: string,
  commitTo: (plan: OwnPlan, seed: Uint8Array) => string,
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
