import { findBrokenLink, hashRow } from '../record/chain.ts'
import { countAttempts, hashDesign, ledgerStart } from '../record/ledger.ts'
import type { Ledger } from './ledger.ts'
import type { RunRecords } from './run-folder.ts'

/**
 * Holds a run against its own lines of the ledger: what does not hold, or null.
 * @param lastRow last line of samples.jsonl
 */
export function checkOwnLines({ plan, lines }: RunRecords, own: Ledger, lastRow: string): string | null {
  const [commitment, end] = own.lines
  const start = lines.find((line) => line.type === 'start')
  const last = lines.find((line) => line.type === 'end')
  const expected = last === undefined ? 1 : 2
  if (end?.type === 'end' && last === undefined) {
    return 'samples.jsonl does not end as its ledger.jsonl says: its end was cut off'
  }
  if (own.lines.length !== expected || commitment?.type !== 'commitment') {
    return `expected ${last === undefined ? "the run's commitment" : "the run's commitment and its end"} in its ledger.jsonl, and no more`
  }
  const isOwn = own.lines.every(({ runId }) => runId === plan.runId)
  if (!isOwn || commitment.commitment !== start?.commitment || commitment.designHash !== hashDesign(plan)) {
    return "the commitment in the run's ledger.jsonl is another one"
  }
  if (last === undefined) return null
  if (end?.type !== 'end' || end.samplesHash !== hashRow(lastRow) || end.reason !== last.reason) {
    return 'samples.jsonl does not end as its ledger.jsonl says'
  }
  return null
}

/** Replays the whole ledger, and looks a run's own lines up in it: what does not hold, or null. */
export function checkWholeLedger({ rows, lines }: Ledger, own: Ledger): string | null {
  const broken = findBrokenLink(rows, ledgerStart)
  if (broken !== null) return `the ledger, line ${broken}: expected the hash of the line before it`
  for (const [index, line] of lines.entries()) {
    const before = lines.slice(0, index)
    if (line.type === 'end') {
      const mine = before.filter(({ runId }) => runId === line.runId)
      if (mine.length === 1 && mine[0]?.type === 'commitment') continue
      return `the ledger, line ${index + 1}: an end without its commitment, or a second one`
    }
    const { attempt, aborted } = countAttempts(before, line.designHash)
    if (line.attempt !== attempt || line.aborted !== aborted) {
      return `the ledger, line ${index + 1}: expected attempt ${attempt}, ${aborted} aborted`
    }
  }
  const missing = own.rows.find((row) => !rows.includes(row))
  if (missing !== undefined) return `a line of the run is not in the ledger: ${missing.slice(0, 200)}`
  const runIds = new Set(own.lines.map(({ runId }) => runId))
  const kept = lines.filter(({ runId }) => runIds.has(runId))
  return kept.length === own.lines.length ? null : 'the ledger has a line of the run that its folder lacks'
}
