import {
  commitToRates,
  hashRatesDesign,
  hashRatesPlan,
  type RatesLine,
  type RatesPlan,
} from '../record/rates.ts'
import { openSealedFolder, type SealedFolder, type SealedMachine } from '../trial/sealed-folder.ts'

/** Every stretch as it ended, chained; then the seal of the figures under codes, before anything says which is which arm. */
export const stretchesFile = 'stretches.jsonl'

export type RatesFolder = SealedFolder<Extract<RatesLine, { type: 'stretch' | 'freeze' }>>

export function openRatesFolder(
  resultsDir: string,
  plan: RatesPlan,
  machine: SealedMachine,
  seed: Uint8Array,
): RatesFolder {
  return openSealedFolder(resultsDir, stretchesFile, {
    plan,
    planHash: hashRatesPlan(plan),
    designHash: hashRatesDesign(plan),
    commitment: commitToRates(plan, seed),
    machine,
  })
}
