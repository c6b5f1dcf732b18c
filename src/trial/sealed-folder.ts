import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalOf, sha256 } from '../record/canonical.ts'
import { chainRow, hashRow } from '../record/chain.ts'
import { enterLedger, type LedgerEntry } from './ledger.ts'

/** What is known of a run before its first request that counts. */
export interface Sealed {
  readonly plan: { readonly runId: string }
  readonly planHash: string
  /** What attempts at the same measurement share. */
  readonly designHash: string
  /** Of plan and seed. */
  readonly commitment: string
  /** What the record says of the machine. */
  readonly machine: SealedMachine
}

/** Host and HAProxys, as they stand in a record. */
export interface SealedMachine {
  readonly host: object
  readonly haproxys: readonly object[]
}

/** What the first line says of the machine, before anything was measured. */
export function hashMachine({ host, haproxys }: SealedMachine): string {
  return sha256(canonicalOf({ host, haproxys }))
}

/** results/<run-id>/ of a run: its plan and commitment before the first request that counts, then its chained lines. */
export interface SealedFolder<Line extends object> {
  readonly path: string
  readonly commitment: string
  /** What was wrong with the ledger and put right, or null. */
  readonly note: string | null
  readonly attempts: LedgerEntry['attempt']
  /** Appends a line, chained behind the commitment. */
  append(line: Line): void
  /** The last line, and the run's end in the ledger. */
  end(reason: 'complete' | 'interrupted', seed: Uint8Array): void
}

/** @param file of the lines; the first one ties them to plan and commitment */
export function openSealedFolder<Line extends object>(
  resultsDir: string,
  file: string,
  { plan, planHash, designHash, commitment, machine }: Sealed,
): SealedFolder<Line> {
  const { runId } = plan
  const path = join(resultsDir, runId)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`)
  const entry = enterLedger(resultsDir, path, { runId, designHash }, commitment)
  let previous = entry.hash
  const append = (line: object): void => {
    const row = chainRow(line, previous)
    appendFileSync(join(path, file), `${row}\n`)
    previous = hashRow(row)
  }
  append({ type: 'start', runId, planHash, hostHash: hashMachine(machine), commitment })
  return {
    path,
    commitment,
    note: entry.note,
    attempts: entry.attempt,
    append,
    end(reason, seed) {
      append({ type: 'end', reason, seed: Buffer.from(seed).toString('hex') })
      entry.end(reason, previous)
    },
  }
}
