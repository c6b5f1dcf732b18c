import type { Run, Verdict } from '../record/run.ts'
import { wakeOf } from './admit-run.ts'
import { BaselineError } from './baseline-error.ts'
import { compareRun, defaultMarginMs } from './compare-run.ts'
import { renderComparisonSummary } from './comparison-summary.ts'
import { type DescribedComparison, renderComparison } from './comparison-table.ts'
import { fingerprintOf, type Measured, mismatchesOf, warningsOf } from './fingerprint.ts'
import { readSoundRun, type SoundRun } from './read-run.ts'
import type { Baseline, BaselineFile } from './record.ts'
import { baselinesDir, findBaseline } from './store.ts'

export interface ComparisonRequest {
  /** Folder of the finished run. */
  readonly folder: string
  readonly suite?: string
  readonly marginMs?: number
  /** Where baselines lie; default fixtures/baselines. */
  readonly dir?: string
  /** What an inconclusive comparison counts as: 0 or 1; not said: 3. */
  readonly inconclusive?: 'pass' | 'fail' | undefined
}

export interface ComparisonAnswer {
  readonly text: string
  /** GitHub Markdown, for a job's summary and a comment. */
  readonly summary: string
  readonly exitCode: number
}

/**
 * Holds a finished run against the stored baseline of its machine: what `npm run gate` says when no base is named.
 * @throws {BaselineError} (baseline-error.ts) with the exit code that says why there is no comparison: 2, 4 or 5
 */
export function answerComparison(request: ComparisonRequest): ComparisonAnswer {
  const { folder, suite = 'matrix', marginMs = defaultMarginMs, dir = baselinesDir } = request
  const sound = readSoundRun(folder)
  const { file } = findBaseline(dir, suite, fingerprintOf(sound, 'must'))
  const described = describeComparison(sound, file, marginMs)
  return {
    text: renderComparison(described),
    summary: renderComparisonSummary(described, sound.run.commitment),
    exitCode: exitCodeOf(described.outcome, request.inconclusive),
  }
}

/**
 * Holds a finished run against one file of baselines, whichever machine that is of.
 * @throws {BaselineError} as `answerComparison`, naming each field that forbids it
 */
export function compareWithFile(folder: string, file: BaselineFile): DescribedComparison {
  const sound = readSoundRun(folder)
  const mismatches = mismatchesOf(file.fingerprint, fingerprintOf(sound, 'must'))
  if (mismatches.length === 0) return describeComparison(sound, file, defaultMarginMs)
  throw new BaselineError(
    'not-comparable',
    `This baseline may not be compared with the run ${sound.run.runId}: ${mismatches.join('; ')}. ` +
      'Compare a run of the machine and plan that it was made with.',
  )
}

function describeComparison(sound: SoundRun, file: BaselineFile, marginMs: number): DescribedComparison {
  const { run } = sound
  const comparison = compareRun(run.latencies, file, marginMs)
  const warnings = [...differences(sound, comparison.baseline), ...doubts(run, comparison.baseline)]
  return { ...comparison, runId: run.runId, marginMs, warnings }
}

function exitCodeOf(outcome: Verdict, inconclusive: ComparisonRequest['inconclusive']): number {
  if (outcome !== 'inconclusive') return outcome === 'within' ? 0 : 1
  return inconclusive === undefined ? 3 : inconclusive === 'pass' ? 0 : 1
}

/** In which of the fields that only warn this run differs from the last one of the baseline. */
function differences(here: Measured, { runs }: Baseline): string[] {
  return warningsOf(runs.at(-1)?.fingerprint ?? {}, fingerprintOf(here, 'warn'))
}

/** What may make the runs of a baseline look closer to each other than to a new one. */
function doubts(run: Run, { runs }: Baseline): string[] {
  const starts = runs.map(({ startedAt }) => Date.parse(startedAt))
  const hours = (Math.max(...starts) - Math.min(...starts)) / 3_600_000
  const wakes = runs.flatMap(({ calibration }) => calibration.wakeMs ?? [])
  const wake = wakeOf(run)
  return [
    ...(runs.some(({ runId }) => runId === run.runId)
      ? ['this run is one of the baseline itself, and pulls it towards itself']
      : []),
    ...(hours >= 24
      ? []
      : [
          `the ${runs.length} runs of the baseline were made within ${hours.toFixed(1)} hours: what changes from day to day is not in their spread`,
        ]),
    ...(wake === null ||
    wakes.length === 0 ||
    (wake <= wakeFactor * Math.max(...wakes) && wakeFactor * wake >= Math.min(...wakes))
      ? []
      : [
          `the machine woke in ${wake.toFixed(3)} ms before the cases, in the runs of the baseline in ${Math.min(...wakes).toFixed(3)} to ${Math.max(...wakes).toFixed(3)} ms`,
        ]),
  ]
}

/** Wake-ups of one machine in one mode differ by less from run to run. */
const wakeFactor = 1.5
