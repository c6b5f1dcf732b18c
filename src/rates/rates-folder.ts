import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chainRow, hashRow } from '../record/chain.ts'
import {
  commitToRates,
  hashRatesDesign,
  hashRatesPlan,
  type RatesPlan,
  type RatesRecord,
  type Stretch,
} from '../record/rates.ts'
import { enterLedger } from '../trial/ledger.ts'

/** Every stretch as it ended, chained. */
export const stretchesFile = 'stretches.jsonl'

/** results/<run-id>/ of a run under load: its plan and commitment before the first request that counts. */
export interface RatesFolder {
  readonly path: string
  readonly commitment: string
  /** What was wrong with the ledger and put right, or null. */
  readonly note: string | null
  readonly attempts: NonNullable<RatesRecord['attempts']>
  /** Appends a stretch to stretches.jsonl, chained behind the commitment. */
  append(stretch: Stretch): void
  /** Seals the figures under codes, before anything says which code is which arm. */
  freeze(hash: string): void
  /** The last line, and the run's end in the ledger. */
  end(reason: 'complete' | 'interrupted', seed: Uint8Array): void
}

export function openRatesFolder(resultsDir: string, plan: RatesPlan, seed: Uint8Array): RatesFolder {
  const path = join(resultsDir, plan.runId)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`)
  const commitment = commitToRates(plan, seed)
  const attempt = { runId: plan.runId, designHash: hashRatesDesign(plan) }
  const entry = enterLedger(resultsDir, path, attempt, commitment)
  let previous = entry.hash
  const append = (line: object): void => {
    const row = chainRow(line, previous)
    appendFileSync(join(path, stretchesFile), `${row}\n`)
    previous = hashRow(row)
  }
  append({ type: 'start', runId: plan.runId, planHash: hashRatesPlan(plan), commitment })
  return {
    path,
    commitment,
    note: entry.note,
    attempts: entry.attempt,
    append: (stretch) => append({ type: 'stretch', ...stretch }),
    freeze: (hash) => append({ type: 'freeze', hash }),
    end(reason, key) {
      append({ type: 'end', reason, seed: Buffer.from(key).toString('hex') })
      entry.end(reason, previous)
    },
  }
}
