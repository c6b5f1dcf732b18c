import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Host, hostSchema } from '../record/host.ts'
import { type Plan, planSchema } from '../record/plan.ts'
import { type SampleLine, sampleLineSchema } from '../record/samples.ts'
import { TrialError } from './trial-error.ts'

/** results/<run-id>/: plan and host before the first request, samples as they come, the rest at the end. */
export interface RunFolder extends Disposable {
  readonly path: string
  /** Appends one line to samples.jsonl; it is in the file when this returns. */
  append(line: SampleLine): void
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
  const samples = openSync(join(path, 'samples.jsonl'), 'ax')
  // A link cannot be replaced in one step, a name can.
  const link = join(resultsDir, `.latest-${plan.runId}`)
  symlinkSync(plan.runId, link)
  renameSync(link, join(resultsDir, 'latest'))
  return {
    path,
    append: (line) => void writeSync(samples, `${JSON.stringify(line)}\n`),
    [Symbol.dispose]: () => closeSync(samples),
  }
}

export interface RunRecords {
  readonly plan: Plan
  readonly host: Host
  readonly lines: readonly SampleLine[]
  /** What was left out of samples.jsonl and why: a last line that was cut off in the middle. */
  readonly notes: readonly string[]
}

/** Reads a run's records back. @throws {TrialError} `records` naming the file and line that is not as expected */
export function readRunFolder(path: string): RunRecords {
  const plan = parseFile(path, 'plan.json', (value) => planSchema.parse(value))
  const host = parseFile(path, 'host.json', (value) => hostSchema.parse(value))
  const text = readText(path, 'samples.jsonl')
  const notes: string[] = []
  const rows = text.split('\n')
  const torn = rows.pop()
  // Every line ends in a newline, so what stands behind the last one was being written when the run died.
  if (torn !== '') notes.push('the last line of samples.jsonl was cut off and is left out')
  const lines = rows.map((row, index) => {
    try {
      return sampleLineSchema.parse(JSON.parse(row))
    } catch (cause) {
      throw new TrialError(
        'records',
        `samples.jsonl, line ${index + 1}: expected a record, got "${row.slice(0, 60)}".`,
        {
          cause,
        },
      )
    }
  })
  return { plan, host, lines, notes }
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
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new TrialError('records', `${file} is not what this version writes: ${detail}`, { cause })
  }
}
