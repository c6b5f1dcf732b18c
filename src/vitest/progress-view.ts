import { isCi } from '../host/fingerprint.ts'
import { asCalled } from '../host/project-folder.ts'
import { columnsOf, paintLights, paintVerdicts, wantsColour } from '../report/paint.ts'
import { type Progress, renderProgressLine, renderProgressPlain } from '../report/progress-line.ts'
import { renderScreen } from '../report/screen/screen.ts'
import { holdLiveLine, type Terminal } from './live-line.ts'
import { createPlainPace } from './plain-pace.ts'
import type { ProgressEvent } from './progress-channel.ts'
import { createStealWatch, type StealWatch } from './steal-watch.ts'

export interface ProgressView {
  show(event: ProgressEvent): void
  line(text: string): void
  /** Clears the live line and prints what was kept for the end. */
  end(): void
}

/** Where a view draws and what it looks at; a process's own by default. */
export interface ViewOptions {
  readonly stderr?: Terminal & { hasColors?(): boolean }
  readonly stdout?: Terminal & { hasColors?(): boolean }
  readonly env?: NodeJS.ProcessEnv
  readonly steal?: StealWatch
  /** Monotonic, in ms. */
  readonly now?: () => number
}

/** Draws progress on standard error: one live line on a terminal, elsewhere and in CI a line every so often. */
export function createProgressView(options: ViewOptions = {}): ProgressView {
  const { stderr = process.stderr, stdout = process.stdout, env = process.env } = options
  const { steal = createStealWatch(), now = () => performance.now() } = options
  const isLive = stderr.isTTY === true && env['TERM'] !== 'dumb' && !isCi(env)
  const live = isLive ? holdLiveLine(stderr, [stdout]) : undefined
  const pace = createPlainPace(now)
  const isColoured = wantsColour(stderr, env)
  const release = (): void => live?.release()
  // Whoever leaves at once leaves the line behind, and the shell's prompt would follow it.
  process.once('exit', release)
  let shownCase = -1
  let report = ''

  const line = (text: string): void => void stderr.write(`${paintVerdicts(asCalled(text), isColoured)}\n`)
  const withSteal = (progress: Progress): Progress => {
    if (progress.health === undefined) return progress
    const stealShare = steal.share()
    return stealShare === undefined ? progress : { ...progress, health: { ...progress.health, stealShare } }
  }
  const draw = (event: Progress): void => {
    if (event.caseIndex !== shownCase) steal.restart()
    shownCase = event.caseIndex
    if (live === undefined) {
      if (pace.isDue(event))
        stderr.write(`${paintLights(renderProgressPlain(withSteal(event)), isColoured)}\n`)
      return
    }
    // A line as wide as the terminal would wrap on some; a terminal of no size tells none.
    const text = renderProgressLine(withSteal(event), (stderr.columns || 80) - 1)
    live.draw(paintLights(text, isColoured))
  }
  const keep = (text: string): void => {
    report = text
    live?.draw('')
  }
  return {
    line,
    show(event) {
      if (event.type === 'line') line(event.text)
      else if (event.type === 'blocks') draw(event)
      else if (event.type === 'report') keep(event.text)
      else keep(`${renderScreen(event.screen, columnsOf(stdout))}\n${event.path}: report.html, table.txt`)
    },
    end() {
      release()
      process.off('exit', release)
      if (report !== '') stdout.write(`\n${paintVerdicts(asCalled(report), wantsColour(stdout, env))}\n`)
    },
  }
}
