import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { announceCommitment } from './announce-commitment.ts'

let dir: string
const printed: string[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'announce-'))
  printed.length = 0
})
afterEach(() => rmSync(dir, { recursive: true }))

async function announce(command?: string, summaryFile?: string): Promise<void> {
  const print = (line: string): void => void printed.push(line)
  await announceCommitment(
    { runId: 'a-run', commitment: 'c0ffee', path: dir },
    { command, summaryFile, print },
  )
}

test('the commitment is printed, and appended to the summary of a job', async () => {
  const summary = join(dir, 'summary.md')
  await announce(undefined, summary)
  expect(printed).toEqual(['commitment c0ffee'])
  expect(readFileSync(summary, 'utf8')).toBe('spoe-bench run `a-run`, commitment `c0ffee`\n')
})

test('a command gets it as its last argument, and can leave what it was given in the run', async () => {
  await announce('f() { echo "stamped $1" > "$SPOE_BENCH_RUN_FOLDER/stamp"; }; f')
  expect(readFileSync(join(dir, 'stamp'), 'utf8')).toBe('stamped c0ffee\n')
})

test('a command that fails ends the run before its first request', async () => {
  await expect(announce('echo no network >&2; false')).rejects.toThrow(
    'Expected the command of --on-commitment to succeed before the first request; it did not: no network.',
  )
})
