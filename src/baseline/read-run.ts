import type { Run } from '../record/run.ts'
import { analyseRun } from '../trial/analyse-run.ts'
import { replayRecords } from '../trial/replay.ts'
import { readRunFolder } from '../trial/run-folder.ts'
import { BaselineError } from './baseline-error.ts'
import type { Measured } from './fingerprint.ts'

/** A run that holds and came to a verdict, whichever. */
export interface SoundRun extends Measured {
  readonly run: Run
}

/**
 * Reads a run, replays it and analyses it anew: nothing is taken for granted that stands in a report.
 * @throws {BaselineError} `invalid` or `incomplete`, when the run may decide nothing
 */
export function readSoundRun(folder: string): SoundRun {
  const records = readRunFolder(folder)
  const run = analyseRun(records)
  // An interrupted run is told so, rather than that its chain has no end.
  requireStanding(run)
  const { fault } = replayRecords(records)
  if (fault !== null) throw new BaselineError('invalid', `The run ${run.runId} does not hold: ${fault}.`)
  return { run, plan: records.plan, host: records.host }
}

/** @throws {BaselineError} unless the run came to a verdict of its own, whichever */
export function requireStanding({ runId, outcome, reasons }: Run): void {
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`
  switch (outcome) {
    case 'within':
    case 'exceeds':
    case 'inconclusive':
      return
    case 'incomplete':
      throw new BaselineError('incomplete', `The run ${runId} is incomplete${why}. Make a new one.`)
    case 'measured':
      throw new BaselineError(
        'incomplete',
        `The run ${runId} has no control, so it claims no overhead${why}.`,
      )
    case 'invalid':
    case 'unblinded':
      throw new BaselineError('invalid', `The run ${runId} is ${outcome}${why}. Make a new one.`)
  }
}
