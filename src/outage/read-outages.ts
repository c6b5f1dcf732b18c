import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type OutageRecord, outageSchema } from '../record/outage.ts'
import {
  type OutageLine,
  outageLineSchema,
  type OutagePlan,
  outagePlanSchema,
} from '../record/outage-plan.ts'
import { readSealed, readSealedRecord, type SealedFiles } from '../trial/read-sealed.ts'
import { TrialError } from '../trial/trial-error.ts'
import { rowsFile } from './outages-folder.ts'
import { outageFile } from './write-outages.ts'

const writer = 'a run of outages'

/** A run's files, as they were written while it ran. */
export interface OutageFiles extends SealedFiles<OutagePlan, OutageLine> {
  /** Written after every row and at the end; null where no row was whole. */
  readonly record: OutageRecord | null
}

/** Whether a folder is one of bench:outage. */
export function isOutageFolder(path: string): boolean {
  return [outageFile, rowsFile].some((file) => existsSync(join(path, file)))
}

/** @throws {TrialError} `records` where a file is missing, or is not what a run writes */
export function readOutages(path: string): OutageFiles {
  if (!existsSync(join(path, rowsFile))) {
    throw new TrialError('records', `${rowsFile} is missing: a run of a version that did not seal outages?`)
  }
  const schemas = { file: rowsFile, plan: outagePlanSchema, line: outageLineSchema, writer }
  return {
    ...readSealed<OutagePlan, OutageLine>(path, schemas),
    record: readSealedRecord(path, outageFile, outageSchema, writer),
  }
}
