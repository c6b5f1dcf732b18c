import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const keptLines = 20
const keptBytes = 2000

/**
 * The last lines of a log that an error message has room for; `nothing` where there are none.
 * @param from byte that it begins with: what stands before is of another start
 */
export function tailOf(file: string, from = 0): string {
  const fd = openSync(file, 'r')
  try {
    const { size } = fstatSync(fd)
    const start = Math.max(from, size - keptBytes)
    const bytes = Buffer.alloc(size - start)
    const length = readSync(fd, bytes, 0, bytes.length, start)
    const lines = bytes.toString('utf8', 0, length).trimEnd().split('\n')
    // Without the part of a line that the cut has left.
    const whole = start > from && lines.length > 1 ? lines.slice(1) : lines
    return whole.slice(-keptLines).map(harmless).join('\n').trim() || 'nothing'
  } finally {
    closeSync(fd)
  }
}

/** A program may have written codes that a terminal would obey. */
function harmless(line: string): string {
  // oxlint-disable-next-line no-control-regex -- those are what is meant
  return line.replaceAll(/\u001b\[[\d;]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
}
