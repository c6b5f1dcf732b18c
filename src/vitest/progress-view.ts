import { columnsOf, paintVerdicts, wantsColour } from '../report/paint.ts'
import { renderProgressLine, renderProgressStart } from '../report/progress-line.ts'
import { renderScreen } from '../report/screen/screen.ts'
import type { ProgressEvent } from './progress-channel.ts'

const redrawMs = 100

export interface ProgressView {
  show(event: ProgressEvent): void
  line(text: string): void
  /** Clears the live line and prints what was kept for the end. */
  end(): void
}

/** Draws progress on standard error: one live line on a terminal, one line a case elsewhere. */
export function createProgressView(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  const isLive = stream.isTTY
  let drawnAt = 0
  let startedCase = -1
  let report = ''

  const clear = (): void => void (isLive && stream.write('\r\u001b[2K'))
  const line = (text: string): void => {
    clear()
    stream.write(`${paintVerdicts(text, wantsColour(stream))}\n`)
  }
  return {
    line,
    show(event) {
      if (event.type === 'line') return line(event.text)
      if (event.type === 'report') {
        report = event.text
        return
      }
      if (event.type === 'screen') {
        report = `${renderScreen(event.screen, columnsOf(process.stdout))}\n${event.path}: report.html, table.txt`
        return
      }
      const isNew = event.caseIndex !== startedCase
      startedCase = event.caseIndex
      if (!isLive) {
        if (isNew) stream.write(`${renderProgressStart(event)}\n`)
        return
      }
      const now = performance.now()
      if (now - drawnAt < redrawMs && !isNew) return
      drawnAt = now
      stream.write(`\r\u001b[2K${renderProgressLine(event, stream.columns ?? 80)}`)
    },
    end() {
      clear()
      if (report !== '') process.stdout.write(`\n${paintVerdicts(report, wantsColour(process.stdout))}\n`)
    },
  }
}
