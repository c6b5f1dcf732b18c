import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type CalibrationLine, calibrationLineSchema, type TwinBlocks, twinBlocksSchema } from './record.ts'

/** Where the units of every session come together; committed, so that the bounds grow from hour to hour. */
export const calibrationDir = fileURLToPath(new URL('../../fixtures/calibration/', import.meta.url))

/** Twins of each mode whose blocks are kept: relabelling needs shapes, not numbers of them. */
const twinsKept = 10

export interface CalibrationFiles {
  readonly lines: readonly CalibrationLine[]
  readonly stored: readonly TwinBlocks[]
  append(line: CalibrationLine): void
  keepTwin(blocks: TwinBlocks): void
}

/** @throws {Error} naming the file and line that is no record of this version */
export function openCalibrationFiles(dir = calibrationDir): CalibrationFiles {
  mkdirSync(dir, { recursive: true })
  const [unitsFile, blocksFile] = [join(dir, 'units.jsonl'), join(dir, 'blocks.jsonl')]
  const lines = readLines(unitsFile, calibrationLineSchema)
  const stored = readLines(blocksFile, twinBlocksSchema)
  return {
    lines,
    stored,
    append(line) {
      appendFileSync(unitsFile, `${JSON.stringify(line)}\n`)
      lines.push(line)
    },
    keepTwin(blocks) {
      if (stored.filter(({ mode }) => mode === blocks.mode).length >= twinsKept) return
      appendFileSync(blocksFile, `${JSON.stringify(blocks)}\n`)
      stored.push(blocks)
    },
  }
}

/** @throws {Error} naming the file and line that is no record of this version */
export function readLines<T>(file: string, schema: z.ZodType<T>): T[] {
  if (!existsSync(file)) return []
  const rows = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return rows.map((row, index) => {
    const parsed = schema.safeParse(parseJson(row))
    if (parsed.success) return parsed.data
    throw new Error(
      `${file}, line ${index + 1}: expected a record of this version, got "${row.slice(0, 60)}"; ` +
        'take the line out, or the file away to begin anew.',
    )
  })
}

function parseJson(row: string): unknown {
  try {
    return JSON.parse(row)
  } catch {
    return undefined
  }
}
