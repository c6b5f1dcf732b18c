import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readLines } from './files.ts'
import { type GateLine, gateLineSchema } from './gate-record.ts'

const gateDir = fileURLToPath(new URL('../../fixtures/gate/', import.meta.url))

export interface GateFile {
  readonly lines: readonly GateLine[]
  append(line: GateLine): void
}

/** Where the gates of every session come together. @throws {Error} naming the line that is no record of this version */
export function openGateFile(dir = gateDir): GateFile {
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'gates.jsonl')
  const lines = readLines(file, gateLineSchema)
  return {
    lines,
    append(line) {
      appendFileSync(file, `${JSON.stringify(line)}\n`)
      lines.push(line)
    },
  }
}
