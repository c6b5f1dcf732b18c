import type { CaseResult, Run } from '../record/run.ts'

/**
 * The cells of the run's matrix in the seed's order (latency, then requests), one case each. Cases that are
 * shown beside the others and not judged are not cells, unless the run judges nothing at all.
 */
export function matrixCases(run: Run): CaseResult[] {
  const judged = run.cases.filter((result) => result.isJudged)
  const cells = new Map<string, CaseResult>()
  for (const result of judged.length > 0 ? judged : run.cases) {
    const cell = `${result.latencyMs} x ${result.requests}`
    if (!cells.has(cell)) cells.set(cell, result)
  }
  return [...cells.values()].toSorted(byLatencyThenRequests)
}

/** All cases in the seed's order; one that is not judged comes right after the cell that it belongs to. */
export function rowsInOrder(run: Run): CaseResult[] {
  return run.cases.toSorted((a, b) => byLatencyThenRequests(a, b) || Number(b.isJudged) - Number(a.isJudged))
}

/** The values of a matrix's axis, ascending. */
export function axisOf(cases: readonly CaseResult[], name: 'latencyMs' | 'requests'): number[] {
  return [...new Set(cases.map((result) => result[name]))].toSorted((a, b) => a - b)
}

function byLatencyThenRequests(a: CaseResult, b: CaseResult): number {
  return a.latencyMs - b.latencyMs || a.requests - b.requests
}
