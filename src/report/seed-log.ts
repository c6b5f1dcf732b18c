import type { CaseResult, Run } from '../record/run.ts'
import { matrixCases } from './matrix.ts'

/**
 * seed.log: one line per cell in the wording of the seed's program, with the seed's own estimator on our
 * offload samples; then, after an empty line and a heading, one line per cell with the true figures. Only
 * the lines of the first block start with "Average latency for".
 */
export function renderSeedLog(run: Run): string {
  const cases = matrixCases(run)
  return [
    ...cases.flatMap((result) => {
      const averageMs = result.publishedAverageMs
      return averageMs === null ? [] : [`Average latency for ${cell(result)}: ${sixDecimals(averageMs)} ms`]
    }),
    '',
    '# The same samples, averaged per line and kept to the nanosecond:',
    ...cases.map((result) => trueLine(result)),
    '',
  ].join('\n')
}

function trueLine(result: CaseResult): string {
  const parts = [`True mean of ${cell(result)}: ${withUnit(result.arms.offload?.mean)}`]
  parts.push(`agent slept ${withUnit(result.agentSleepMs?.mean)}`)
  if (result.arms.bypass !== undefined) parts.push(`bypass ${withUnit(result.arms.bypass.mean)}`)
  const overhead = result.overheadMs
  if (overhead !== null) {
    const interval =
      overhead.lower === null || overhead.upper === null
        ? 'insufficient'
        : `${sixDecimals(overhead.lower)}, ${sixDecimals(overhead.upper)}`
    parts.push(`overhead ${sixDecimals(overhead.estimate)} ms [${interval}]`)
  }
  return parts.join(', ')
}

function cell(result: CaseResult): string {
  return `${result.requests} requests with latency ${result.latencyMs} ms`
}

function withUnit(ms: number | undefined): string {
  return ms === undefined ? 'not measured' : `${sixDecimals(ms)} ms`
}

/** Go's %f. */
function sixDecimals(ms: number): string {
  return ms.toFixed(6)
}
