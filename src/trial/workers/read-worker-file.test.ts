import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { chainRow, hashRow } from '../../record/chain.ts'
import type { WorkerLine } from '../../record/workers.ts'
import { ImportError } from './import-error.ts'
import { readWorkerFile } from './read-worker-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'spoe-worker-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

const told = 'what share 2 was told\n'
const lines: WorkerLine[] = [
  { type: 'share', schema: 'spoe-bench/worker/1', runId: 'a-run', share: 2, of: 3 },
  { type: 'block', place: 1, block: 1, exchanges: [[20_000, 40_000, 0, 1, 2, null]] },
  { type: 'block', place: 1, block: 0, exchanges: [[20_000, 40_001, 3, 4, 5, null]] },
  { type: 'end', blocks: 2 },
]

function rowsOf(list: readonly object[], first = hashRow(told)): string[] {
  let previous = first
  return list.map((line) => {
    const row = chainRow(line, previous)
    previous = hashRow(row)
    return row
  })
}

function read(text: string): ReturnType<typeof readWorkerFile> {
  const path = join(folder, 'records-2.jsonl')
  writeFileSync(path, text)
  return readWorkerFile(path, 'a-run', (share) => (share === 2 ? told : undefined))
}

const textOf = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join('')

test('blocks by their case and number', () => {
  const { share, blocks } = read(textOf(rowsOf(lines)))
  expect(share).toBe(2)
  expect(blocks.get(1)?.get(0)).toEqual([[20_000, 40_001, 3, 4, 5, null]])
})

const [header = {}, ...others] = lines

test.for([
  ['another run', textOf(rowsOf([{ ...header, runId: 'b-run' }, ...others])), 2, 'records of the run a-run'],
  ['a share that it does not have', textOf(rowsOf([{ ...header, share: 4 }])), 2, 'is of share 4'],
  ['something else', 'hello\n', 2, 'expected what a worker records'],
  ['a worker that was cut off', textOf(rowsOf(lines).slice(0, 3)), 2, 'was cut off'],
  ['a line that was cut off', textOf(rowsOf(lines)).slice(0, -9), 2, 'was cut off'],
  [
    'a figure that was changed',
    textOf(rowsOf(lines)).replace('3,4,5', '3,4,6'),
    5,
    'line 4: expected the hash',
  ],
  ['a line that was dropped', textOf(rowsOf(lines).toSpliced(1, 1)), 5, 'line 2: expected the hash'],
  ['what another share was told', textOf(rowsOf(lines, hashRow('other'))), 5, 'line 1: expected the hash'],
  ['a line that is none', textOf(rowsOf(lines).toSpliced(1, 0, '{}')), 5, 'line 2: expected what a worker'],
  [
    'terminal codes in the place of an id',
    textOf(rowsOf([{ ...header, runId: '\u001b[2Jb-run' }, ...others])),
    2,
    String.raw`of the run \u001b[2Jb-run`,
  ],
  ['a block twice', textOf(rowsOf([...lines.slice(0, 3), ...lines.slice(2)])), 5, 'block 0 of case 1 twice'],
] as const)('%s', ([, text, exitCode, sentence]) => {
  const error = ((): unknown => {
    try {
      return read(text)
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toBeInstanceOf(ImportError)
  expect((error as ImportError).message).toContain(sentence)
  expect((error as ImportError).exitCode).toBe(exitCode)
})
