import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findBrokenLink, hashRow, splitRows, unchainRow } from '../record/chain.ts'
import {
  commitToRates,
  hashRatesDesign,
  hashRatesPlan,
  type RatesRecord,
  ratesSchema,
} from '../record/rates.ts'
import { canonicalJson, type Json } from '../record/canonical.ts'
import { readLedger } from '../trial/ledger.ts'
import { checkWholeLedger } from '../trial/replay-ledger.ts'
import { concludeRates, freezeSteps } from './conclude-rates.ts'
import { stretchesFile } from './rates-folder.ts'
import { renderRates } from './rates-table.ts'

/** Whether a folder is one of bench:rates. */
export function isRatesFolder(path: string): boolean {
  return existsSync(join(path, ratesFile))
}

const ratesFile = 'rates.json'

export interface RatesVerification {
  /** The first thing that does not hold, in words; null when all of it does. */
  readonly fault: string | null
  readonly outcome: RatesRecord['outcome'] | null
}

/**
 * Replays a run under load from its files: plan, commitment, ledger, the chain of stretches, figures under codes and
 * their hash, arms from the seed, figures and table.
 * @param options.hasLedger whether to replay the whole ledger in the folder above
 * @param options.commitment the one that was announced, from wherever it was kept
 */
export function verifyRates(
  path: string,
  options: { readonly hasLedger: boolean; readonly commitment?: string | undefined },
): RatesVerification {
  const read = (file: string): string => readFileSync(join(path, file), 'utf8')
  const parsed = ratesSchema.safeParse(JSON.parse(read(ratesFile)))
  if (!parsed.success) return { fault: `${ratesFile} is not what this version writes`, outcome: null }
  const record = parsed.data
  const { rows, isTorn } = splitRows(read(stretchesFile))
  const fault =
    checkPlan(record, JSON.parse(read('plan.json')), options.commitment) ??
    checkChain(path, record, rows, isTorn) ??
    (options.hasLedger ? checkWholeLedger(readLedger(dirname(path)), readLedger(path)) : null) ??
    checkFigures(record, read)
  return { fault, outcome: fault === null ? record.outcome : null }
}

function checkPlan(record: RatesRecord, plan: unknown, announced: string | undefined): string | null {
  const { seed, commitment } = record
  if (!isSame(plan, record.plan)) return `plan.json and the plan in ${ratesFile} differ`
  if (record.planHash !== hashRatesPlan(record.plan)) return 'the plan is not the one that was hashed'
  if (announced !== undefined && announced !== commitment) {
    return `expected the commitment ${announced}, the run has ${commitment}`
  }
  if (seed === null) return 'the run was cut off: there is no seed that opens its commitment'
  return commitToRates(record.plan, Buffer.from(seed, 'hex')) === commitment
    ? null
    : 'the commitment is not to this plan and seed'
}

function checkChain(
  path: string,
  record: RatesRecord,
  rows: readonly string[],
  isTorn: boolean,
): string | null {
  const own = readLedger(path)
  const [begin, end] = own.lines
  if (begin?.type !== 'commitment' || end?.type !== 'end' || own.lines.length !== 2) {
    return "expected the run's commitment and its end in its ledger.jsonl, and no more"
  }
  if (begin.commitment !== record.commitment || begin.designHash !== hashRatesDesign(record.plan)) {
    return "the commitment in the run's ledger.jsonl is another one"
  }
  const { attempts } = record
  if (attempts !== undefined && (attempts.number !== begin.attempt || attempts.aborted !== begin.aborted)) {
    return `${ratesFile} counts its attempts otherwise than the ledger`
  }
  const broken = findBrokenLink(rows, hashRow(own.rows[0] as string))
  if (isTorn || broken !== null) {
    return `${stretchesFile}, line ${broken ?? rows.length + 1}: expected the hash of the line before it`
  }
  if (end.samplesHash !== hashRow(rows.at(-1) ?? ''))
    return `${stretchesFile} does not end as the ledger says`
  const { planHash, commitment, plan, frozen, seed } = record
  const expected = [
    { type: 'start', runId: plan.runId, planHash, commitment },
    ...record.stretches.map((stretch) => ({ type: 'stretch', ...stretch })),
    { type: 'freeze', hash: frozen },
    { type: 'end', reason: 'complete', seed },
  ]
  const differing = rows.findIndex((row, index) => !isSame(unchainRow(row).line, expected[index]))
  return differing < 0 && rows.length === expected.length
    ? null
    : `${stretchesFile} and ${ratesFile} differ, line ${differing < 0 ? rows.length : differing + 1}`
}

function checkFigures(record: RatesRecord, read: (file: string) => string): string | null {
  const { plan, stretches, seed } = record
  const { blinded, frozen } = freezeSteps(plan, stretches)
  if (frozen !== record.frozen) return 'the figures under codes are not those that were frozen'
  const { outcome, reasons, steps, knees } = concludeRates(
    plan,
    stretches,
    blinded,
    Buffer.from(seed ?? '', 'hex'),
  )
  const { outcome: told, reasons: toldReasons, steps: toldSteps, knees: toldKnees } = record
  if (
    !isSame(
      { outcome, reasons, steps, knees },
      { outcome: told, reasons: toldReasons, steps: toldSteps, knees: toldKnees },
    )
  ) {
    return `the figures in ${ratesFile} are not those of its stretches`
  }
  return read('rates.txt') === `${renderRates(record)}\n`
    ? null
    : `rates.txt is not the table of ${ratesFile}`
}

/** As JSON, whatever the order of names. */
function isSame(one: unknown, other: unknown): boolean {
  const canonical = (value: unknown): string =>
    canonicalJson(JSON.parse(JSON.stringify(value ?? null)) as Json)
  return canonical(one) === canonical(other)
}
