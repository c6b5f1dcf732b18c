import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderJson } from '../report/formats/render-json.ts'
import { BaselineError } from './baseline-error.ts'
import { type Fingerprint, fingerprintId, mismatchesOf } from './fingerprint.ts'
import { type BaselineFile, baselineFileSchema } from './record.ts'

/** Where baselines lie: committed, so that whoever moves one shows it in a diff. */
export const baselinesDir = fileURLToPath(new URL('../../fixtures/baselines/', import.meta.url))

export interface FoundBaseline {
  readonly path: string
  readonly file: BaselineFile
}

/** `<fingerprint>/<suite>.json` */
export function baselinePath(dir: string, suite: string, fingerprint: Fingerprint): string {
  return join(dir, fingerprintId(fingerprint), `${suite}.json`)
}

/**
 * The baseline of a suite that a run may be held against.
 * @param here the fields of the run that must match
 * @throws {BaselineError} `not-comparable`, naming each field in which the nearest one differs
 */
export function findBaseline(dir: string, suite: string, here: Fingerprint): FoundBaseline {
  const candidates = listBaselines(dir, suite)
    .map((found) => ({ ...found, mismatches: mismatchesOf(found.file.fingerprint, here) }))
    .toSorted((a, b) => a.mismatches.length - b.mismatches.length || (a.path < b.path ? -1 : 1))
  const [nearest] = candidates
  if (nearest === undefined) {
    throw new BaselineError(
      'not-comparable',
      `There is no baseline of the suite ${suite}. Make one: npm run baseline -- save --runs 5 --reason "...".`,
    )
  }
  const { path, file, mismatches } = nearest
  if (mismatches.length === 0) return { path, file }
  throw new BaselineError(
    'not-comparable',
    `No baseline of the suite ${suite} may be compared with this: in the nearest one, ${nameOf(path)}, ` +
      `${mismatches.join('; ')}. Compare on the machine and with the plan that it was made with, or make one of this: npm run baseline -- save.`,
  )
}

/** All baselines of a suite, by path. @throws {BaselineError} `usage` naming a file that is none of this version */
export function listBaselines(dir: string, suite: string): FoundBaseline[] {
  return listFolders(dir).flatMap((folder) => {
    const path = join(dir, folder, `${suite}.json`)
    const file = readBaseline(path)
    return file === null ? [] : [{ path, file }]
  })
}

/** null: there is none. @throws {BaselineError} `usage` when it is none of this version */
export function readBaseline(path: string): BaselineFile | null {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return null
  }
  try {
    return baselineFileSchema.parse(JSON.parse(text))
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new BaselineError('usage', `${nameOf(path)} is no baseline of this version: ${detail}`, { cause })
  }
}

/** Whole or not at all: whoever is interrupted here leaves the old file as it was. */
export function writeBaseline(path: string, file: BaselineFile): void {
  const text = renderJson(baselineFileSchema.parse(file))
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}.draft`
  try {
    const descriptor = openSync(draft, 'wx')
    try {
      writeSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, path)
  } finally {
    rmSync(draft, { force: true })
  }
}

function listFolders(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted()
  } catch {
    return []
  }
}

/** The last two names of a path: no message holds more of it. */
function nameOf(path: string): string {
  return path.split(/[/\\]/).slice(-2).join('/')
}
