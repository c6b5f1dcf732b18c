import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type RatesLine,
  ratesLineSchema,
  type RatesPlan,
  ratesPlanSchema,
  type RatesRecord,
  ratesSchema,
  type Stretch,
} from '../record/rates.ts'
import { readSealed, readSealedRecord, type SealedFiles } from '../trial/read-sealed.ts'
import { TrialError } from '../trial/trial-error.ts'
import { stretchesFile } from './rates-folder.ts'

export const ratesFile = 'rates.json'
const writer = 'a run under load'

/** A run's files, as they were written while it ran. */
export interface RatesFiles extends Omit<SealedFiles<RatesPlan, RatesLine>, 'lines'> {
  readonly stretches: readonly Stretch[]
  /** null where the run did not come so far. */
  readonly freeze: Extract<RatesLine, { type: 'freeze' }> | null
  /** Written after every round and at the end; null where no round was whole. */
  readonly record: RatesRecord | null
}

/** Whether a folder is one of bench:rates. */
export function isRatesFolder(path: string): boolean {
  return [ratesFile, stretchesFile].some((file) => existsSync(join(path, file)))
}

/** @throws {TrialError} `records` where a file is missing, or is not what a run writes */
export function readRates(path: string): RatesFiles {
  const schemas = { file: stretchesFile, plan: ratesPlanSchema, line: ratesLineSchema, writer }
  const { lines, ...files } = readSealed<RatesPlan, RatesLine>(path, schemas)
  const last = lines.at(-1)
  const freeze = last?.type === 'freeze' ? last : null
  const stretches = (freeze === null ? lines : lines.slice(0, -1)).map((line, index): Stretch => {
    if (line.type !== 'stretch') {
      throw new TrialError('records', `${stretchesFile}, line ${index + 2}, is not what ${writer} writes`)
    }
    const { type: _, ...stretch } = line
    return stretch
  })
  return { ...files, stretches, freeze, record: readSealedRecord(path, ratesFile, ratesSchema, writer) }
}
