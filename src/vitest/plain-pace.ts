import type { Progress } from '../report/progress-line.ts'

/** Inside a case a line comes no more often than this, and no more often than a twentieth of the run. */
const leastMs = 10_000

/** When progress is worth a line where there is no terminal. */
export interface PlainPace {
  /** As a case begins, every so often inside it, and at the last block of all. */
  isDue(progress: Progress): boolean
}

/** @param now monotonic, in ms */
export function createPlainPace(now: () => number): PlainPace {
  const startMs = now()
  let lineMs = 0
  let shownCase = -1
  return {
    isDue({ caseIndex, caseCount, blocksDone, blocksTotal, etaMs }) {
      const atMs = now()
      const runMs = atMs - startMs + (etaMs ?? 0)
      const isEnd = caseIndex === caseCount - 1 && blocksDone === blocksTotal
      const isDue = caseIndex !== shownCase || isEnd || atMs - lineMs >= Math.max(leastMs, runMs / 20)
      if (isDue) [lineMs, shownCase] = [atMs, caseIndex]
      return isDue
    },
  }
}
