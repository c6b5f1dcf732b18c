import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { splitRows } from '../record/chain.ts'
import { identifyCode } from '../trial/code-identity.ts'
import { readLedger } from '../trial/ledger.ts'
import { checkOwnLines, checkWholeLedger } from '../trial/replay-ledger.ts'
import { replayRecords } from '../trial/replay.ts'
import { readRunFolder, type RunRecords } from '../trial/run-folder.ts'
import { TrialError } from '../trial/trial-error.ts'
import { renderReports } from './write-reports.ts'

export interface Verification {
  /** The first thing that does not hold, in words; null when all of it does. */
  readonly fault: string | null
  /** What a reader should know and what is no fault. */
  readonly notes: readonly string[]
}

/**
 * Replays commitment, allocation, chain, join, analysis and verdicts of a run from its files, and holds every
 * report against what comes out. Needs no network, and takes no figure of run.json for granted.
 * @param options.hasLedger whether to replay the whole ledger in the folder above
 */
export async function verifyRun(path: string, options: { hasLedger: boolean }): Promise<Verification> {
  try {
    const records = readRunFolder(path)
    const fault =
      replayRecords(records) ??
      checkOwnLedger(path, records) ??
      (options.hasLedger ? checkWholeLedger(readLedger(dirname(path)), readLedger(path)) : null) ??
      (await checkReports(path, records))
    return { fault, notes: codeNotes(records) }
  } catch (error) {
    if (error instanceof TrialError && error.code === 'records') return { fault: error.message, notes: [] }
    throw error
  }
}

function checkOwnLedger(path: string, records: RunRecords): string | null {
  const { rows } = splitRows(readFileSync(join(path, 'samples.jsonl'), 'utf8'))
  return checkOwnLines(records, readLedger(path), rows.at(-1) ?? '')
}

async function checkReports(path: string, records: RunRecords): Promise<string | null> {
  const { files } = await renderReports(records)
  for (const [file, text] of files) {
    const there = existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8') : null
    if (there !== text) return `${file} is not what comes out of the records`
  }
  return null
}

function codeNotes({ plan: { code } }: RunRecords): string[] {
  const own = identifyCode()
  if (own.hash === code.hash) return []
  return [
    `measured by other code (${code.version}, ${code.hash.slice(0, 12)}) than checks it (${own.version}, ${own.hash.slice(0, 12)})`,
  ]
}
