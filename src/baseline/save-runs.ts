import { addRuns } from './add-runs.ts'
import { admitRun } from './admit-run.ts'
import { BaselineError } from './baseline-error.ts'
import { type Fingerprint, fingerprintOf, mismatchesOf } from './fingerprint.ts'
import { readSoundRun, type SoundRun } from './read-run.ts'
import { currentBaseline, runsNeeded } from './record.ts'
import { baselinePath, readBaseline, writeBaseline } from './store.ts'

export interface SaveRequest {
  /** Folders of finished runs. */
  readonly folders: readonly string[]
  readonly suite: string
  /** Why, in words that somebody can read in a year. */
  readonly reason: string
  readonly isNew: boolean
  readonly dir: string
  readonly savedAt: string
  readonly commit: string | null
}

/**
 * Adds runs to the baseline of their machine, all or none, and says what the file then holds.
 * @throws {BaselineError} naming the run that may not go in, and why
 */
export function saveRuns(request: SaveRequest): { path: string; text: string } {
  const { folders, suite, reason, isNew, dir, savedAt, commit } = request
  const sound = folders.map((folder) => readSoundRun(folder))
  const [first] = sound
  if (first === undefined) throw new BaselineError('usage', 'Expected at least one run to save, got none.')
  if (reason.trim() === '') {
    throw new BaselineError('usage', 'Expected a reason: --reason "what this baseline is for".')
  }
  const runs = sound.map((one) => admitRun(one, reason))
  const fingerprint = requireOneKind(sound)
  const path = baselinePath(dir, suite, fingerprint)
  const { code } = first.plan
  const file = addRuns(readBaseline(path), { suite, fingerprint }, { runs, code, commit, savedAt, isNew })
  writeBaseline(path, file)
  const count = currentBaseline(file).runs.length
  const missing = runsNeeded - count
  return {
    path,
    text:
      `${runs.length === 1 ? 'One run was' : `${runs.length} runs were`} added; the baseline holds ${count}` +
      (missing > 0 ? `, and ${missing} more make it one to compare with.` : '.'),
  }
}

/** Runs that are saved together have to be of one machine, one plan and one code. */
function requireOneKind(sound: readonly SoundRun[]): Fingerprint {
  const [first, ...others] = sound as [SoundRun, ...SoundRun[]]
  const fingerprint = fingerprintOf(first, 'must')
  for (const other of [first, ...others]) {
    const [mismatch] = mismatchesOf(fingerprint, fingerprintOf(other, 'must'))
    if (mismatch !== undefined) {
      throw new BaselineError(
        'not-comparable',
        `The run ${other.plan.runId} can't stand beside ${first.plan.runId}: ${mismatch}.`,
      )
    }
    if (other.plan.code.hash !== first.plan.code.hash) {
      throw new BaselineError(
        'not-comparable',
        `The run ${other.plan.runId} is of other code than ${first.plan.runId}: a baseline is of one.`,
      )
    }
  }
  return fingerprint
}
