import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { splitRows } from '../record/chain.ts'
import type { Outcome } from '../record/run.ts'
import { groupByCase } from '../trial/case-records.ts'
import { checkFolder, checkName, describeUnreadable } from '../trial/check-folder.ts'
import { noteOtherCode } from '../trial/code-identity.ts'
import { plannedCases, planOfCase } from '../trial/decoy.ts'
import { readLedger } from '../trial/ledger.ts'
import { checkLoadFile } from '../trial/load-input.ts'
import { checkOwnLines, checkWholeLedger } from '../trial/replay-ledger.ts'
import { replayRecords } from '../trial/replay.ts'
import type { SealedVerification } from '../trial/replay-sealed.ts'
import { readRunFolder, type RunRecords } from '../trial/run-folder.ts'
import { checkReports } from './check-reports.ts'

/**
 * Replays commitment, allocation, chain, join, analysis and verdicts of a run from its files, and holds every
 * report against what comes out. Needs no network, and takes no figure of run.json for granted.
 * @param options.hasLedger whether to replay the whole ledger in the folder above
 * @param options.commitment the one that was announced, from wherever it was kept: the run must be that one's
 */
export async function verifyRun(
  path: string,
  options: { hasLedger: boolean; commitment?: string | undefined },
): Promise<SealedVerification<Outcome>> {
  try {
    const unsound = checkFolder(path, ['plan.json', 'host.json'])
    if (unsound !== null) return { fault: unsound, notes: [], isEarly: false, outcome: null }
    const records = readRunFolder(path)
    const own = readLedger(path)
    const whole = options.hasLedger ? readLedger(dirname(path)) : null
    const replay = replayRecords(records)
    const fault =
      (options.hasLedger ? checkName(path, records.plan.runId) : null) ??
      replay.fault ??
      checkAnnounced(records, options.commitment) ??
      checkLoadFiles(path, records) ??
      checkOwnLines(records, own, lastRow(path)) ??
      (whole === null ? null : checkWholeLedger(whole, own))
    const notes = [
      ...noteOtherCode(records.plan.code),
      ...replay.notes,
      ...own.notes,
      ...(whole?.notes ?? []),
    ]
    const { isEarly } = replay
    if (fault !== null) return { fault, notes, isEarly, outcome: null }
    const { outcome, ...reports } = await checkReports(path, records)
    return { fault: reports.fault, notes: [...notes, ...reports.notes], isEarly, outcome }
  } catch (error) {
    const unreadable = describeUnreadable(error)
    if (unreadable === null) throw error
    return { fault: unreadable, notes: [], isEarly: false, outcome: null }
  }
}

function checkAnnounced({ lines }: RunRecords, announced: string | undefined): string | null {
  const start = lines.find((line) => line.type === 'start')
  if (announced === undefined || start?.commitment === announced.trim().toLowerCase()) return null
  return `the run's commitment is ${start?.commitment}, not the one that was announced`
}

function checkLoadFiles(path: string, { plan, lines }: RunRecords): string | null {
  for (const [id, caseLines] of groupByCase(lines)) {
    const planCase = plannedCases(plan).find((one) => one.id === id)
    const fault =
      planCase === undefined ? null : checkLoadFile(path, planOfCase(plan, id), planCase, caseLines)
    if (fault !== null) return fault
  }
  return null
}

function lastRow(path: string): string {
  return splitRows(readFileSync(join(path, 'samples.jsonl'), 'utf8')).rows.at(-1) ?? ''
}
