import { BaselineError } from './baseline-error.ts'
import { type Baseline, type BaselineFile, currentBaseline, type StoredRun } from './record.ts'

export interface Addition {
  readonly runs: readonly StoredRun[]
  readonly code: Baseline['code']
  readonly commit: string | null
  readonly savedAt: string
  /** Begins a new baseline behind the others: from now on, runs are held against these. */
  readonly isNew: boolean
}

/**
 * The file with runs added to its last baseline, or with a new one behind it. No baseline is ever changed or
 * dropped: the oldest one stays, so that a slow creep shows.
 * @throws {BaselineError} `usage` for runs that are there already, or of other code than the baseline's
 */
export function addRuns(
  file: BaselineFile | null,
  { suite, fingerprint }: Pick<BaselineFile, 'suite' | 'fingerprint'>,
  { runs, code, commit, savedAt, isNew }: Addition,
): BaselineFile {
  const known = new Set(file?.baselines.flatMap((baseline) => baseline.runs.map(({ runId }) => runId)))
  for (const { runId } of runs) {
    if (known.has(runId)) {
      throw new BaselineError('usage', `The run ${runId} is in the baseline already: a run counts once.`)
    }
    known.add(runId)
  }
  const begun: Baseline = { savedAt, commit, code, runs: [...runs] }
  if (file === null) return { schema: 'spoe-bench/baseline/1', suite, fingerprint, baselines: [begun] }
  if (isNew) return { ...file, baselines: [...file.baselines, begun] }
  const last = currentBaseline(file)
  if (last.code.hash !== code.hash) {
    throw new BaselineError(
      'usage',
      `The baseline is of other code (${last.code.hash.slice(0, 12)}) than these runs (${code.hash.slice(0, 12)}), ` +
        'and one that mixes both would hide the difference. Add --new to begin another baseline with them; the old one stays.',
    )
  }
  const grown = { ...last, runs: [...last.runs, ...runs] }
  return { ...file, baselines: [...file.baselines.slice(0, -1), grown] }
}
