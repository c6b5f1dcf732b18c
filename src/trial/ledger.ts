import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { chainRow, hashRow, splitRows, unchainRow } from '../record/chain.ts'
import { escapeControls } from '../record/escape-controls.ts'
import { countAttempts, type LedgerLine, ledgerLineSchema, ledgerStart } from '../record/ledger.ts'
import { TrialError } from './trial-error.ts'

export const ledgerFile = 'ledger.jsonl'

/** A run's place in the ledger, from its commitment to its end. */
export interface LedgerEntry {
  /** Of the commitment's line: the run's own chain starts from it. */
  readonly hash: string
  /** What was found wrong with the ledger and put right, or null. */
  readonly note: string | null
  /** Which one at the same thing it is. */
  readonly attempt: { readonly number: number; readonly aborted: number }
  end(reason: 'complete' | 'interrupted', samplesHash: string): void
}

/**
 * Writes the commitment to results/ledger.jsonl and into the run's folder.
 * @param attempt run, and what attempts of the same thing share
 */
export function enterLedger(
  resultsDir: string,
  runPath: string,
  { runId, designHash }: { readonly runId: string; readonly designHash: string },
  commitment: string,
): LedgerEntry {
  const note = dropTornLine(resultsDir)
  const { lines } = readLedger(resultsDir)
  const counts = countAttempts(lines, designHash)
  const own = append(resultsDir, runPath, { type: 'commitment', runId, commitment, designHash, ...counts })
  return {
    hash: hashRow(own),
    note,
    attempt: { number: counts.attempt, aborted: counts.aborted },
    end(reason, samplesHash) {
      endInLedger(resultsDir, runPath, { runId, reason, samplesHash })
    },
  }
}

/** The end of a run whose commitment stands in the ledger: once, however often whoever ends it is killed meanwhile. */
export function endInLedger(
  resultsDir: string,
  runPath: string,
  end: Omit<Extract<LedgerLine, { type: 'end' }>, 'type'>,
): void {
  for (const folder of [resultsDir, runPath]) dropTornLine(folder)
  const own = endIn(runPath, end.runId)
  const there = endIn(resultsDir, end.runId)
  if (own === undefined && there !== undefined) appendRow(runPath, there)
  else if (own === undefined) append(resultsDir, runPath, { type: 'end', ...end })
}

function endIn(folder: string, runId: string): string | undefined {
  const { rows, lines } = readLedger(folder)
  return rows[lines.findIndex((line) => line.type === 'end' && line.runId === runId)]
}

function append(resultsDir: string, runPath: string, line: LedgerLine): string {
  const { rows } = readLedger(resultsDir)
  const row = chainRow(line, rows.length === 0 ? ledgerStart : hashRow(rows.at(-1) as string))
  appendRow(resultsDir, row)
  appendRow(runPath, row)
  return row
}

function appendRow(folder: string, row: string): void {
  appendFileSync(join(folder, ledgerFile), `${row}\n`)
}

/** Cuts off a line that was being written when its run died: what is appended has to begin a line of its own. */
function dropTornLine(folder: string): string | null {
  const path = join(folder, ledgerFile)
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  const whole = bytes.lastIndexOf('\n') + 1
  if (whole === bytes.length) return null
  truncateSync(path, whole)
  return tornNote
}

const tornNote = `the last line of ${ledgerFile} was cut off and is left out`

export interface Ledger {
  readonly rows: readonly string[]
  readonly lines: readonly LedgerLine[]
  /** What was left out and why: a last line that was cut off in the middle. */
  readonly notes: readonly string[]
}

/** The ledger in a folder; empty where there is none. @throws {TrialError} `records` naming the line */
export function readLedger(folder: string): Ledger {
  const path = join(folder, ledgerFile)
  const { rows, isTorn } = splitRows(existsSync(path) ? readFileSync(path, 'utf8') : '')
  const lines = rows.map((row, index) => {
    try {
      return ledgerLineSchema.parse(unchainRow(row).line)
    } catch (cause) {
      const got = escapeControls(row.slice(0, 60))
      throw new TrialError(
        'records',
        `${ledgerFile}, line ${index + 1}: expected a commitment or its end, got "${got}".`,
        { cause },
      )
    }
  })
  return { rows, lines, notes: isTorn ? [tornNote] : [] }
}
