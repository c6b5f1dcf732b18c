import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { type Host, hostSchema } from '../record/host.ts'
import { hashPlan, type Plan, planSchema } from '../record/plan.ts'
import { escapeControls } from '../record/escape-controls.ts'
import { canonicalJson, sha256 } from '../record/canonical.ts'
import { chainRow, findBrokenLink, hashRow, splitRows, unchainRow } from '../record/chain.ts'
import { hashDesign, type LedgerLine } from '../record/ledger.ts'
import { type SampleLine, sampleLineSchema } from '../record/samples.ts'
import { endInLedger, enterLedger, type LedgerEntry, readLedger } from './ledger.ts'
import { loadFolder } from './load-input.ts'
import { TrialError } from './trial-error.ts'

/**
 * results/<run-id>/: plan and host before the first request, a case's load input before its own, samples as they
 * come, the rest at the end.
 */
export interface RunFolder extends Disposable {
  readonly path: string
  /**
   * Enters the commitment in the ledger; the lines of samples.jsonl are chained behind it. Returns what was
   * wrong with the ledger and put right, or null.
   */
  commit(commitment: string): string | null
  /** Appends one line to samples.jsonl; it is in the file when this returns. */
  append(line: SampleLine): void
  /** The last line, and the run's end in the ledger. */
  end(reason: 'complete' | 'interrupted', seed: string): void
}

/** Creates the folder and points `latest` to it. @throws {TrialError} `folder` when the run id is taken */
export function createRunFolder(resultsDir: string, plan: Plan, host: Host): RunFolder {
  mkdirSync(resultsDir, { recursive: true })
  const path = join(resultsDir, plan.runId)
  try {
    mkdirSync(path)
  } catch (cause) {
    throw new TrialError(
      'folder',
      `Expected to create the run's folder results/${plan.runId}; it could not be made.`,
      {
        cause,
      },
    )
  }
  writeFileSync(join(path, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`)
  writeFileSync(join(path, 'host.json'), `${JSON.stringify(host, null, 2)}\n`)
  mkdirSync(join(path, loadFolder))
  const samples = openSync(join(path, 'samples.jsonl'), 'ax')
  // A link cannot be replaced in one step, a name can.
  const link = join(resultsDir, `.latest-${plan.runId}`)
  symlinkSync(plan.runId, link)
  renameSync(link, join(resultsDir, 'latest'))
  let entry: LedgerEntry | undefined
  const chain = chainTo(samples, '')
  const { append } = chain
  return {
    path,
    append,
    commit(commitment) {
      entry = enterLedger(resultsDir, path, { runId: plan.runId, designHash: hashDesign(plan) }, commitment)
      chain.previous = entry.hash
      const hostHash = sha256(canonicalJson(host))
      append({ type: 'start', runId: plan.runId, planHash: hashPlan(plan), hostHash, commitment })
      return entry.note
    },
    end(reason, seed) {
      append({ type: 'end', reason, seed })
      entry?.end(reason, chain.previous)
    },
    [Symbol.dispose]: () => closeSync(samples),
  }
}

/**
 * Goes on behind the first line of a run that was committed to and has no end. What stands behind that line is of an
 * attempt that was cut off, perhaps in the middle of a line, and is dropped: all of it will be written again.
 */
export function reopenRunFolder(path: string, plan: Plan): Omit<RunFolder, 'commit'> {
  const file = join(path, 'samples.jsonl')
  const [start = ''] = splitRows(readText(path, 'samples.jsonl')).rows
  truncateSync(file, Buffer.byteLength(`${start}\n`))
  const samples = openSync(file, 'a')
  const chain = chainTo(samples, hashRow(start))
  return {
    path,
    append: chain.append,
    end(reason, seed) {
      chain.append({ type: 'end', reason, seed })
      endInLedger(dirname(path), path, { runId: plan.runId, reason, samplesHash: chain.previous })
    },
    [Symbol.dispose]: () => closeSync(samples),
  }
}

/** Enters the end of samples.jsonl in the ledger, as far as whoever wrote it did not come to do so. */
export function finishEnd(path: string, { runId }: Plan, reason: 'complete' | 'interrupted'): void {
  const last = splitRows(readText(path, 'samples.jsonl')).rows.at(-1) ?? ''
  endInLedger(dirname(path), path, { runId, reason, samplesHash: hashRow(last) })
}

interface Chain {
  /** What the next line is tied to. */
  previous: string
  readonly append: (line: SampleLine) => void
}

function chainTo(file: number, first: string): Chain {
  const chain: Chain = {
    previous: first,
    append: (line) => {
      const row = chainRow(line, chain.previous)
      // Unlike writeSync it does not leave half of the line out without a word when the disk is full.
      writeFileSync(file, `${row}\n`)
      chain.previous = hashRow(row)
    },
  }
  return chain
}

export interface RunRecords {
  readonly plan: Plan
  readonly host: Host
  readonly lines: readonly SampleLine[]
  /** What was left out of samples.jsonl and why: a last line that was cut off in the middle. */
  readonly notes: readonly string[]
  /** Why the chain of samples.jsonl does not hold, or null. */
  readonly chainFault: string | null
  /** The run's own lines of the ledger. */
  readonly ledger: readonly LedgerLine[]
}

/** Reads a run's records back. @throws {TrialError} `records` naming the file and line that is not as expected */
export function readRunFolder(path: string): RunRecords {
  const plan = parseFile(path, 'plan.json', (value) => planSchema.parse(value))
  const host = parseFile(path, 'host.json', (value) => hostSchema.parse(value))
  const text = readText(path, 'samples.jsonl')
  const notes: string[] = []
  const { rows, isTorn } = splitRows(text)
  if (isTorn) notes.push('the last line of samples.jsonl was cut off and is left out')
  const lines = rows.map((row, index) => {
    try {
      return sampleLineSchema.parse(unchainRow(row).line)
    } catch (cause) {
      throw new TrialError(
        'records',
        `samples.jsonl, line ${index + 1}: expected a record, got "${escapeControls(row.slice(0, 60))}".`,
        {
          cause,
        },
      )
    }
  })
  const ledger = readLedger(path)
  const broken = findBrokenLink(rows, hashRow(ledger.rows[0] ?? ''))
  const chainFault =
    broken === null
      ? null
      : `samples.jsonl, line ${broken}: expected the hash of the line before it${broken === 1 ? ' (its commitment in ledger.jsonl)' : ''}, got another: lines were changed, dropped or moved`
  return { plan, host, lines, notes, chainFault, ledger: ledger.lines }
}

function readText(path: string, file: string): string {
  try {
    return readFileSync(join(path, file), 'utf8')
  } catch (cause) {
    throw new TrialError(
      'records',
      `Expected the file ${file} in ${path}; it can not be read. Name a folder under results/.`,
      {
        cause,
      },
    )
  }
}

function parseFile<T>(path: string, file: string, parse: (value: unknown) => T): T {
  const text = readText(path, file)
  try {
    return parse(JSON.parse(text))
  } catch (cause) {
    throw new TrialError('records', `${file} is not what this version writes: ${describeParsing(cause)}`, {
      cause,
    })
  }
}

/** The first thing that is wrong, on one line. */
function describeParsing(cause: unknown): string {
  const [issue] = cause instanceof z.ZodError ? cause.issues : []
  if (issue !== undefined) return `${issue.path.join('/')}: ${issue.message}`
  return cause instanceof Error ? cause.message : String(cause)
}
