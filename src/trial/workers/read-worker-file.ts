import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Share } from '../../load/share.ts'
import { findBrokenLink, hashRow, splitRows, unchainRow } from '../../record/chain.ts'
import type { Exchange } from '../../record/samples.ts'
import { type WorkerLine, workerLineSchema } from '../../record/workers.ts'
import { renderShare } from './export-files.ts'
import { ImportError } from './import-error.ts'

export interface WorkerFile {
  readonly path: string
  readonly share: number
  /** By the place of their case in the plan, then by their number. */
  readonly blocks: ReadonlyMap<number, ReadonlyMap<number, readonly Exchange[]>>
}

/**
 * Reads what a worker recorded.
 * @param shareOf share `n` of the run; undefined: it has none
 * @throws {ImportError} `usage` for a file of another run, or that ends early; `seal` for one that was changed
 */
export function readWorkerFile(
  path: string,
  runId: string,
  shareOf: (share: number) => Share | undefined,
): WorkerFile {
  const name = basename(path)
  const { rows, isTorn } = splitRows(readText(path))
  const lines = rows.map((row, index) => parseRow(name, row, index))
  const [first] = lines
  if (first?.type !== 'share') {
    throw new ImportError(
      'usage',
      `Expected ${name} to be what a worker recorded (records-N.jsonl), and its first line to say of which share.`,
    )
  }
  const told = first.runId === runId ? shareOf(first.share) : undefined
  if (told === undefined) {
    throw new ImportError(
      'usage',
      `Expected records of the run ${runId}, ${name} is of share ${first.share} of the run ${first.runId}.`,
    )
  }
  const broken = findBrokenLink(rows, hashRow(renderShare(told)))
  if (broken !== null) {
    throw new ImportError(
      'seal',
      `${name}, line ${broken}: expected the hash of the line before it, got another: lines were changed, dropped or moved.`,
    )
  }
  const last = lines.at(-1)
  if (isTorn || last?.type !== 'end') {
    throw new ImportError(
      'usage',
      `Expected ${name} to end with the end of share ${first.share}, it has ${lines.length} line(s): the worker was cut off. Export anew; a share can't be sent twice.`,
    )
  }
  return { path, share: first.share, blocks: collectBlocks(name, told, lines.slice(1, -1), last.blocks) }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ImportError('usage', `Expected a file that a worker recorded, ${path} can't be read.`, {
      cause,
    })
  }
}

function parseRow(name: string, row: string, index: number): WorkerLine {
  try {
    return workerLineSchema.parse(unchainRow(row).line)
  } catch (cause) {
    const where = `${name}, line ${index + 1}`
    // The first line says what the file is; behind it, what can't be read was changed.
    throw new ImportError(
      index === 0 ? 'usage' : 'seal',
      `${where}: expected what a worker records (records-N.jsonl), got "${row.slice(0, 60)}".`,
      { cause },
    )
  }
}

/** Exactly the blocks that the share has, each once. */
function collectBlocks(
  name: string,
  share: Share,
  lines: readonly WorkerLine[],
  said: number,
): WorkerFile['blocks'] {
  const expectBlocks = (what: string): ImportError =>
    new ImportError('seal', `${name}: expected every block of share ${share.share} once, got ${what}.`)
  const planned = new Map(
    share.cases.map(({ place, load }) => [place, load.ports.length / load.slotsPerBlock]),
  )
  const blocks = new Map<number, Map<number, readonly Exchange[]>>()
  for (const line of lines) {
    if (line.type !== 'block') throw expectBlocks(`"${line.type}" in its middle`)
    const { place, block, exchanges } = line
    const ofCase = blocks.get(place) ?? new Map<number, readonly Exchange[]>()
    if (block >= (planned.get(place) ?? 0)) throw expectBlocks(`block ${block} of case ${place}`)
    if (ofCase.has(block)) throw expectBlocks(`block ${block} of case ${place} twice`)
    blocks.set(place, ofCase.set(block, exchanges))
  }
  for (const [place, count] of planned) {
    const there = blocks.get(place)?.size ?? 0
    if (there !== count) throw expectBlocks(`${there} of ${count} of case ${place}`)
  }
  if (said !== lines.length) throw expectBlocks(`${lines.length}, and an end that says ${said}`)
  return blocks
}
