import { fitLine } from './wrap.ts'

/** How far a run is. Nothing in here depends on what was measured: an effect shows after its case is frozen. */
export interface Progress {
  /** 0-based. */
  readonly caseIndex: number
  readonly caseCount: number
  /** Which case, e.g. `10 ms x 100`. */
  readonly label: string
  readonly blocksDone: number
  readonly blocksTotal: number
  /** Time left of the whole run; null as long as it is not known. */
  readonly etaMs: number | null
}

/** A line that is drawn over and over on a terminal, at most `width` columns. */
export function renderProgressLine(progress: Progress, width: number): string {
  const { blocksDone, blocksTotal } = progress
  const done = blocksTotal === 0 ? 0 : Math.min(1, blocksDone / blocksTotal)
  const filled = Math.round(done * barWidth)
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`
  const blocks = `block ${blocksDone}/${blocksTotal}`
  const eta = progress.etaMs === null ? [] : [`${formatDuration(progress.etaMs)} left`]
  return fitLine(
    [
      [position(progress), progress.label, bar, blocks, ...eta],
      [position(progress), progress.label, blocks, ...eta],
      [position(progress), blocks, ...eta],
      [position(progress), ...eta],
      [position(progress)],
    ].map((parts) => parts.join('  ')),
    width,
  )
}

/** Where there is no terminal: one line as a case starts, without anything that changes inside it. */
export function renderProgressStart(progress: Progress): string {
  const eta = progress.etaMs === null ? [] : [`${formatDuration(progress.etaMs)} left`]
  return [position(progress), progress.label, `${progress.blocksTotal} blocks`, ...eta].join('  ')
}

const barWidth = 20

function position(progress: Progress): string {
  return `case ${String(progress.caseIndex + 1).padStart(String(progress.caseCount).length)}/${progress.caseCount}`
}

/** `45 s`, `1 min 23 s`, `1 h 05 min`: to the second that is about to begin. */
function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}
