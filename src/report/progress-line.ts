import { type Health, renderLights, renderShortLights, renderTightLights } from './health-lights.ts'
import { fitLine } from './wrap.ts'

/** How far a run is. Nothing in here depends on what was measured: an effect shows after its case is frozen. */
export interface Progress {
  /** 0-based. */
  readonly caseIndex: number
  readonly caseCount: number
  /** Which case, e.g. `10 ms × 100`. */
  readonly label: string
  readonly blocksDone: number
  readonly blocksTotal: number
  /** Blocks of the whole run; absent where its cases are not told block by block. */
  readonly all?: { readonly done: number; readonly total: number }
  /** Time left of the whole run; null as long as it is not known. */
  readonly etaMs: number | null
  readonly health?: Health
}

/** A line that is drawn over and over on a terminal, at most `width` columns; what is needed least goes first. */
export function renderProgressLine(progress: Progress, width: number): string {
  const { blocksDone, blocksTotal, label, health = {} } = progress
  const done = blocksTotal === 0 ? 0 : Math.min(1, blocksDone / blocksTotal)
  const filled = Math.round(done * barWidth)
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`
  const counts = `${blocksDone}/${blocksTotal}`
  const blocks = `block ${counts}`
  const lights = renderLights(health)
  const short = renderShortLights(health)
  const place = position(progress)
  const left = leftPhrase(progress)
  return fitLine(
    [
      [place, label, bar, blocks, left, lights],
      [place, label, blocks, left, lights],
      [place, label, counts, left, renderTightLights(health)],
      [place, label, counts, left, short],
      [place, counts, left, short],
      [place, left, short],
      [place, left],
      [place],
    ].map(join),
    width,
  )
}

/** Where there is no terminal: a line of its own, every so often. */
export function renderProgressPlain(progress: Progress): string {
  const { blocksDone, blocksTotal, all, label, health = {} } = progress
  return join([
    position(progress),
    label,
    `${blocksDone} of ${blocksTotal} blocks${all === undefined ? '' : `, ${all.done} of ${all.total} in all`}`,
    leftPhrase(progress),
    renderLights(health),
  ])
}

const barWidth = 20

function position(progress: Progress): string {
  return `case ${String(progress.caseIndex + 1).padStart(String(progress.caseCount).length)}/${progress.caseCount}`
}

function leftPhrase({ etaMs }: Progress): string {
  return etaMs === null ? '' : `${formatDuration(etaMs)} left`
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('  ')
}

/** `45 s`, `1 min 23 s`, `1 h 05 min`: to the second that is about to begin. */
function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}
