import {
  commitToOutages,
  hashOutageDesign,
  hashOutagePlan,
  type OutageLine,
  type OutagePlan,
} from '../record/outage-plan.ts'
import { openSealedFolder, type SealedFolder, type SealedMachine } from '../trial/sealed-folder.ts'

/** What client and origin saw of every row, the seal of its figures under codes, and only then its key; chained. */
export const rowsFile = 'rows.jsonl'

export type OutagesFolder = SealedFolder<Exclude<OutageLine, { type: 'start' | 'end' }>>

export function openOutagesFolder(
  resultsDir: string,
  plan: OutagePlan,
  machine: SealedMachine,
  seed: Uint8Array,
): OutagesFolder {
  return openSealedFolder(resultsDir, rowsFile, {
    plan,
    planHash: hashOutagePlan(plan),
    designHash: hashOutageDesign(plan),
    commitment: commitToOutages(plan, seed),
    machine,
  })
}
