import { sha256 } from './canonical.ts'

/**
 * A file of JSON lines of which each carries, under the name `previous`, the hash of the line before it: what
 * is changed, dropped or moved in the middle shows at the next line.
 */

/** The hash that follows a line: SHA-256 of its bytes without the newline. */
export const hashRow = sha256

/** @param previous hash of the line before, or what the first line is tied to */
export function chainRow(line: object, previous: string): string {
  return JSON.stringify({ previous, ...line })
}

export interface ChainedRows {
  readonly rows: readonly string[]
  /** Whether something stood behind the last newline: it was being written when the writer died. */
  readonly isTorn: boolean
}

/** Cuts a chained file into its whole lines. */
export function splitRows(text: string): ChainedRows {
  const rows = text.split('\n')
  const torn = rows.pop()
  return { rows, isTorn: torn !== '' }
}

/** One line without its link, and the link. @throws {SyntaxError} when it is no JSON */
export function unchainRow(row: string): { previous: unknown; line: unknown } {
  const value: unknown = JSON.parse(row)
  if (typeof value !== 'object' || value === null) return { previous: undefined, line: value }
  const { previous, ...line } = value as Record<string, unknown>
  return { previous, line }
}

/** Number (from 1) of the first line that does not carry the hash of the line before it, or null. */
export function findBrokenLink(rows: readonly string[], first: string): number | null {
  let expected = first
  for (const [index, row] of rows.entries()) {
    if (unchainRow(row).previous !== expected) return index + 1
    expected = hashRow(row)
  }
  return null
}
