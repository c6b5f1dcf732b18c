import type { Terminal } from '../live-line.ts'

/** A terminal as far as a line that is drawn over needs one: what stands on it, row by row. */
export interface Screen {
  /** Writes to it; several may. */
  stream(): Terminal
  rows(): string[]
}

const escape = '\u001B'

export function createScreen(columns = 80): Screen {
  const rows = ['']
  let column = 0
  const set = (text: string): void => void (rows[rows.length - 1] = text)
  const put = (text: string): void => {
    // Any sign that is no control character makes the pattern legible.
    for (const [part] of text.replaceAll(escape, '§').matchAll(/§\[[?\d;]*[A-Za-z]|\r|\n|[^§\r\n]+/g)) {
      const row = rows.at(-1) ?? ''
      if (part === '\n') {
        rows.push('')
        column = 0
      } else if (part === '\r') column = 0
      else if (part === '§[2K') set('')
      else if (part === '§[K') set(row.slice(0, column))
      else if (!part.startsWith('§')) {
        set(row.slice(0, column).padEnd(column) + part + row.slice(column + part.length))
        column += part.length
      }
    }
  }
  return { stream: () => ({ isTTY: true, columns, write: put }), rows: () => [...rows] }
}
