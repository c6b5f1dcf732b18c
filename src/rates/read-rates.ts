import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { splitRows, unchainRow } from '../record/chain.ts'
import {
  type RatesLine,
  ratesLineSchema,
  type RatesPlan,
  ratesPlanSchema,
  type RatesRecord,
  ratesSchema,
  type Stretch,
} from '../record/rates.ts'
import { TrialError } from '../trial/trial-error.ts'
import { stretchesFile } from './rates-folder.ts'

export const ratesFile = 'rates.json'

type LineOf<Type extends RatesLine['type']> = Extract<RatesLine, { type: Type }>

/** A run's files, as they were written while it ran. */
export interface RatesFiles {
  readonly plan: RatesPlan
  readonly rows: readonly string[]
  readonly isTorn: boolean
  readonly start: LineOf<'start'>
  readonly stretches: readonly Stretch[]
  /** null where the run did not come so far. */
  readonly freeze: LineOf<'freeze'> | null
  readonly end: LineOf<'end'> | null
  /** Written after every round and at the end; null where no round was whole. */
  readonly record: RatesRecord | null
}

/** Whether a folder is one of bench:rates. */
export function isRatesFolder(path: string): boolean {
  return [ratesFile, stretchesFile].some((file) => existsSync(join(path, file)))
}

/** @throws {TrialError} `records` where a file is missing, or is not what a run writes */
export function readRates(path: string): RatesFiles {
  const plan = ratesPlanSchema.safeParse(parse(path, 'plan.json'))
  if (!plan.success) throw unexpected('plan.json')
  const { rows, isTorn } = splitRows(read(path, stretchesFile))
  const lines = rows.map((row, index) => {
    const line = ratesLineSchema.safeParse(unchain(row))
    if (!line.success) throw unexpected(`${stretchesFile}, line ${index + 1},`)
    return line.data
  })
  const [start, ...rest] = lines
  if (start?.type !== 'start') throw unexpected(`${stretchesFile}, line 1,`)
  const end = rest.at(-1)?.type === 'end' ? (rest.pop() as LineOf<'end'>) : null
  const freeze = rest.at(-1)?.type === 'freeze' ? (rest.pop() as LineOf<'freeze'>) : null
  const stretches = rest.map((line, index): Stretch => {
    if (line.type !== 'stretch') throw unexpected(`${stretchesFile}, line ${index + 2},`)
    const { type: _, ...stretch } = line
    return stretch
  })
  return { plan: plan.data, rows, isTorn, start, stretches, freeze, end, record: readRecord(path) }
}

function readRecord(path: string): RatesRecord | null {
  if (!existsSync(join(path, ratesFile))) return null
  const record = ratesSchema.safeParse(parse(path, ratesFile))
  if (!record.success) throw unexpected(ratesFile)
  return record.data
}

function read(path: string, file: string): string {
  try {
    return readFileSync(join(path, file), 'utf8')
  } catch (cause) {
    throw new TrialError('records', `${file} of the run can not be read`, { cause })
  }
}

function parse(path: string, file: string): unknown {
  const text = read(path, file)
  try {
    return JSON.parse(text)
  } catch {
    throw unexpected(file)
  }
}

function unchain(row: string): unknown {
  try {
    return unchainRow(row).line
  } catch {
    return undefined
  }
}

function unexpected(what: string): TrialError {
  return new TrialError('records', `${what} is not what a run under load writes`)
}
