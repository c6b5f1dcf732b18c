import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Share } from '../../load/share.ts'
import { chainRow, hashRow } from '../../record/chain.ts'
import type { WorkerLine } from '../../record/workers.ts'
import { renderShare } from './export-files.ts'
import { ImportError } from './import-error.ts'
import { readWorkerFile } from './read-worker-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'spoe-worker-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

const load = { host: '127.0.0.1', offsetsNs: null, intervalNs: 3, deadlineMs: 5, ports: [20_000, 20_000] }
const share: Share = {
  schema: 'spoe-bench/share/1',
  runId: 'a-run',
  share: 2,
  of: 3,
  isOwnHost: false,
  cases: [{ place: 1, load: { ...load, slotsPerBlock: 1 } }],
}
const told = renderShare(share)
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
  return readWorkerFile(path, 'a-run', (number) => (number === 2 ? share : undefined))
}

const textOf = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join('')

test('blocks by their case and number', () => {
  const { share: number, blocks } = read(textOf(rowsOf(lines)))
  expect(number).toBe(2)
  expect(blocks.get(1)?.get(0)).toEqual([[20_000, 40_001, 3, 4, 5, null]])
})

const [header = {}, ...others] = lines
const blockOf = (place: number, block: number): object => ({ ...lines[1], place, block })

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
  [
    'a block beyond the plan',
    textOf(rowsOf([header, ...others.slice(0, 2), blockOf(1, 2), { type: 'end', blocks: 3 }])),
    5,
    'got block 2 of case 1',
  ],
  [
    'a block of another share',
    textOf(rowsOf([header, ...others.slice(0, 2), blockOf(2, 0), { type: 'end', blocks: 3 }])),
    5,
    'got block 0 of case 2',
  ],
  [
    'a block that is missing',
    textOf(rowsOf([header, blockOf(1, 1), { type: 'end', blocks: 1 }])),
    5,
    'got 1 of 2 of case 1',
  ],
  [
    'an end of other blocks',
    textOf(rowsOf([header, ...others.slice(0, 2), { type: 'end', blocks: 3 }])),
    5,
    'got 2, and an end that says 3',
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
