import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { splitRows, unchainRow } from '../record/chain.ts'
import { TrialError } from './trial-error.ts'

interface AnyLine {
  readonly type: string
}

/** The files of a sealed folder (sealed-folder.ts), as they were written while it ran. */
export interface SealedFiles<Plan, Line extends AnyLine> {
  readonly plan: Plan
  readonly rows: readonly string[]
  readonly isTorn: boolean
  readonly start: Extract<Line, { type: 'start' }>
  /** Between start and end. */
  readonly lines: readonly Exclude<Line, { type: 'start' | 'end' }>[]
  readonly end: Extract<Line, { type: 'end' }> | null
}

export interface SealedSchemas<Plan, Line extends AnyLine> {
  /** Of the lines. */
  readonly file: string
  readonly plan: z.ZodType<Plan>
  readonly line: z.ZodType<Line>
  /** What writes such files, for a sentence. */
  readonly writer: string
}

/** @throws {TrialError} `records` where a file is missing, or is not what such a run writes */
export function readSealed<Plan, Line extends AnyLine>(
  path: string,
  { file, plan: planSchema, line: lineSchema, writer }: SealedSchemas<Plan, Line>,
): SealedFiles<Plan, Line> {
  const plan = parseAs(readJson(path, 'plan.json', writer), planSchema, 'plan.json', writer)
  const { rows, isTorn } = splitRows(read(path, file))
  const all = rows.map((row, index) =>
    parseAs(unchain(row), lineSchema, `${file}, line ${index + 1},`, writer),
  )
  const wrong = all.findIndex(({ type }, index) =>
    index === 0 ? type !== 'start' : type === 'start' || (type === 'end' && index < all.length - 1),
  )
  if (wrong >= 0 || all.length === 0) throw unexpected(`${file}, line ${Math.max(wrong, 0) + 1},`, writer)
  const last = all.at(-1) as Line
  return {
    plan,
    rows,
    isTorn,
    start: all[0] as SealedFiles<Plan, Line>['start'],
    lines: all.filter(({ type }) => type !== 'start' && type !== 'end') as SealedFiles<
      Plan,
      Line
    >['lines'][number][],
    end: last.type === 'end' ? (last as Extract<Line, { type: 'end' }>) : null,
  }
}

/** The record beside the lines; null where there is none. @throws {TrialError} `records` */
export function readSealedRecord<RecordType>(
  path: string,
  file: string,
  schema: z.ZodType<RecordType>,
  writer: string,
): RecordType | null {
  if (!existsSync(join(path, file))) return null
  return parseAs(readJson(path, file, writer), schema, file, writer)
}

function parseAs<Type>(value: unknown, schema: z.ZodType<Type>, what: string, writer: string): Type {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw unexpected(what, writer)
  return parsed.data
}

function read(path: string, file: string): string {
  try {
    return readFileSync(join(path, file), 'utf8')
  } catch (cause) {
    throw new TrialError('records', `${file} of the run can not be read`, { cause })
  }
}

function readJson(path: string, file: string, writer: string): unknown {
  const text = read(path, file)
  try {
    return JSON.parse(text)
  } catch {
    throw unexpected(file, writer)
  }
}

function unchain(row: string): unknown {
  try {
    return unchainRow(row).line
  } catch {
    return undefined
  }
}

function unexpected(what: string, writer: string): TrialError {
  return new TrialError('records', `${what} is not what ${writer} writes`)
}
