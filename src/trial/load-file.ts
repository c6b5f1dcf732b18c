import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoadInput } from '../load/generator.ts'

/**
 * Writes an input to `file`, where it stays, or to a temporary one, and hands its path over. The load generator
 * reads it and is told nothing else.
 */
export async function withLoadFile(
  input: LoadInput,
  file: string | undefined,
  send: (path: string) => Promise<void>,
): Promise<void> {
  const text = renderLoadInput(input)
  if (file !== undefined) {
    writeFileSync(file, text, { flag: 'wx' })
    return send(file)
  }
  const dir = mkdtempSync(join(tmpdir(), `spoe-bench-${process.pid}-`))
  try {
    const path = join(dir, 'load.json')
    writeFileSync(path, text)
    await send(path)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

export function renderLoadInput(input: LoadInput): string {
  return `${JSON.stringify(input)}\n`
}
