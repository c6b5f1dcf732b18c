import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSameJson } from '../record/canonical.ts'
import type { OutageRecord } from '../record/outage.ts'
import { commitToOutages, hashOutageDesign, hashOutagePlan } from '../record/outage-plan.ts'
import type { Ledger } from '../trial/ledger.ts'
import {
  checkSealedChain,
  checkSealedPlan,
  type SealedVerification,
  verifySealed,
  type VerifyOptions,
} from '../trial/replay-sealed.ts'
import { hashMachine } from '../trial/sealed-folder.ts'
import { concludeOutages } from './outage-record.ts'
import { renderOutages, renderOutagesMarkdown } from './outage-table.ts'
import { rowsFile } from './outages-folder.ts'
import { rulesOf } from './plan-outages.ts'
import { type OutageFiles, readOutages } from './read-outages.ts'
import { replayRows, type ReplayedRows } from './replay-rows.ts'
import { outageFile } from './write-outages.ts'

/**
 * Replays a run of outages from its files: plan, commitment, ledger, the chain of its rows, the order of requests from the
 * keys, figures under codes and their hashes, arms, what is predicted, and table.
 */
export function verifyOutages(
  path: string,
  options: VerifyOptions,
): SealedVerification<OutageRecord['outcome']> {
  return verifySealed<OutageRecord['outcome'], OutageFiles>(path, options, {
    read: readOutages,
    checkSeal: (files, own, announced) =>
      checkSealedPlan(files, hashOutagePlan(files.plan), commitToOutages, announced) ??
      checkSealedChain({ ...files, file: rowsFile, designHash: hashOutageDesign(files.plan) }, own),
    check(files, own) {
      const { fault, ...replayed } = replayRows(files, isOurs(files))
      return fault ?? checkRecord(files, own, replayed) ?? checkTable(path, files)
    },
    note: (files, isEarly) => (isEarly ? noteEarly(files) : []),
    isOurs,
  })
}

/** outage.json against what it was made of: of a run that ended early it is the one of its last whole row. */
function checkRecord(
  { plan, start, end, record, ...files }: OutageFiles,
  own: Ledger,
  replayed: ReplayedRows,
): string | null {
  const isEarly = end?.reason !== 'complete'
  if (record === null) {
    return isEarly && replayed.cells.length === 0 ? null : `${outageFile} is missing`
  }
  if (!isSameJson(plan, record.plan)) return `plan.json and the plan in ${outageFile} differ`
  const { planHash, commitment, attempts } = record
  if (planHash !== start.planHash || commitment !== start.commitment) {
    return `${rowsFile} and ${outageFile} differ, line 1`
  }
  if (start.hostHash !== hashMachine(record)) {
    return `the machine in ${outageFile} is not the one that the run started on`
  }
  const [begin] = own.lines
  if (
    begin?.type !== 'commitment' ||
    attempts.number !== begin.attempt ||
    attempts.aborted !== begin.aborted
  ) {
    return `${outageFile} counts its attempts otherwise than the ledger`
  }
  if (record.seed !== (end?.seed ?? null) && (record.seed !== null || !isEarly)) {
    return `the seed in ${outageFile} is not that of ${rowsFile}`
  }
  if (!isOurs({ ...files, plan })) return null
  const { cells, failures } = replayed
  // Written after a row and at the end: a run that died between may lack its last one.
  const least = end === null ? cells.length - 1 : cells.length
  const wrong = record.cells.findIndex((cell, index) => !isSameJson(cell, cells[index]))
  if (wrong >= 0)
    return `the figures of ${record.cells[wrong]?.row} in ${outageFile} are not those of its requests`
  if (record.cells.length < least) return `${outageFile} lacks rows that ${rowsFile} has`
  const hasFailed = end === null || isSameJson(failures, record.failures)
  return hasFailed && record.outcome === concludeOutages(plan, record.cells)
    ? null
    : `the outcome in ${outageFile} is not that of its rows`
}

function checkTable(path: string, files: OutageFiles): string | null {
  const { record, end } = files
  if (end === null || record === null || record.seed === null || !isOurs(files)) return null
  const drawn = { 'table.txt': renderOutages(record), 'table.md': renderOutagesMarkdown(record) }
  const wrong = Object.entries(drawn).find(([file, text]) => read(path, file) !== `${text}\n`)
  return wrong === undefined ? null : `${wrong[0]} is not the table of ${outageFile}`
}

function read(path: string, file: string): string | null {
  try {
    return readFileSync(join(path, file), 'utf8')
  } catch {
    return null
  }
}

/** Whether this version makes figures as the plan says. */
function isOurs({ plan }: Pick<OutageFiles, 'plan'>): boolean {
  return isSameJson(plan.rules, rulesOf(plan.design))
}

function noteEarly({ plan, lines, isTorn, end }: OutageFiles): string[] {
  const how = end === null ? 'without an end' : 'it was interrupted'
  const ended = lines.filter(({ type }) => type === 'open' || type === 'failed').length
  return [
    `the run ended early, ${how}: ${ended} of ${plan.rows.length} rows are there, and those were checked` +
      (end === null ? ', their keys aside, for which it left no seed' : ''),
    ...(isTorn ? [`the last line of ${rowsFile} was cut off and is left out`] : []),
  ]
}
