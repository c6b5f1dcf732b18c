import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chainRow, hashRow, splitRows, unchainRow } from '../record/chain.ts'
import {
  countAttempts,
  hashDesign,
  type LedgerLine,
  ledgerLineSchema,
  ledgerStart,
} from '../record/ledger.ts'
import type { Plan } from '../record/plan.ts'
import { TrialError } from './trial-error.ts'

export const ledgerFile = 'ledger.jsonl'

/** A run's place in the ledger, from its commitment to its end. */
export interface LedgerEntry {
  /** Of the commitment's line: the run's own chain starts from it. */
  readonly hash: string
  end(reason: 'complete' | 'interrupted', samplesHash: string): void
}

/** Writes the commitment to results/ledger.jsonl and into the run's folder. */
export function enterLedger(
  resultsDir: string,
  runPath: string,
  plan: Plan,
  commitment: string,
): LedgerEntry {
  const append = (line: LedgerLine, rows: readonly string[]): string => {
    const row = chainRow(line, rows.length === 0 ? ledgerStart : hashRow(rows.at(-1) as string))
    appendFileSync(join(resultsDir, ledgerFile), `${row}\n`)
    appendFileSync(join(runPath, ledgerFile), `${row}\n`)
    return row
  }
  const { rows, lines } = readLedger(resultsDir)
  const designHash = hashDesign(plan)
  const counts = countAttempts(lines, designHash)
  const own = append({ type: 'commitment', runId: plan.runId, commitment, designHash, ...counts }, rows)
  return {
    hash: hashRow(own),
    end(reason, samplesHash) {
      append({ type: 'end', runId: plan.runId, reason, samplesHash }, readLedger(resultsDir).rows)
    },
  }
}

/** The ledger in a folder; empty where there is none. @throws {TrialError} `records` naming the line */
export function readLedger(folder: string): { rows: readonly string[]; lines: LedgerLine[] } {
  const path = join(folder, ledgerFile)
  const { rows } = splitRows(existsSync(path) ? readFileSync(path, 'utf8') : '')
  const lines = rows.map((row, index) => {
    try {
      return ledgerLineSchema.parse(unchainRow(row).line)
    } catch (cause) {
      const got = row.slice(0, 60)
      throw new TrialError(
        'records',
        `${ledgerFile}, line ${index + 1}: expected a commitment or its end, got "${got}".`,
        { cause },
      )
    }
  })
  return { rows, lines }
}
