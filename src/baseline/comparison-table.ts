import type { Verdict } from '../record/run.ts'
import { type Column, layOut } from '../report/columns.ts'
import { formatCell, formatInterval, formatLevel, formatNominal, formatP } from '../report/format.ts'
import { wrap } from '../report/wrap.ts'
import { adviseOn } from './advice.ts'
import { type Comparison, comparisonLevel, type LatencyComparison, slowerLevel } from './compare-run.ts'

/** A comparison with the words that belong to it. */
export interface DescribedComparison extends Comparison {
  readonly runId: string
  readonly marginMs: number
  readonly warnings: readonly string[]
}

export const verdictMarks: Record<Verdict, string> = { within: '✓', exceeds: '✗', inconclusive: '?' }

/** A comparison with a baseline as text of at most `width` columns. */
export function renderComparison(described: DescribedComparison, width = 80): string {
  const { runId, baseline, latencies, outcome, warnings, oldest } = described
  const { lines } = layOut(columns(latencies, oldest !== null), width)
  const since = baseline.savedAt.slice(0, 10)
  return [
    ...wrap(
      `The run ${runId} beside ${baseline.runs.length} runs of the baseline of ${since}${commitPhrase(baseline.commit)}: overhead, ms`,
      width,
      '  ',
    ),
    ...lines,
    ...notes(described).flatMap((note) => wrap(note, width, '  ')),
    ...warnings.flatMap((warning) => wrap(`warning: ${warning}`, width, '  ')),
    ...wrap(`${verdictMarks[outcome]} ${headline(described)}`, width, '  '),
    ...adviceLines(latencies).flatMap((line) => wrap(line, width, '  ')),
  ].join('\n')
}

/** The verdict on the whole, in a sentence. */
export function headline({ outcome, latencies, marginMs }: DescribedComparison): string {
  const named = (verdict: Verdict): string =>
    latencies
      .filter((latency) => latency.verdict === verdict)
      .map(({ latencyMs }) => formatNominal(latencyMs))
      .join(', ')
  const margin = formatNominal(marginMs)
  if (outcome === 'within') return `within: at no latency slower than the baseline by ${margin} or more.`
  if (outcome === 'exceeds')
    return `exceeds: slower than the baseline by more than ${margin} at ${named('exceeds')}.`
  return `inconclusive: whether it is slower by ${margin} can't be told at ${named('inconclusive')}.`
}

/** What to do, each sentence once, with the latencies that it is about. */
export function adviceLines(latencies: readonly LatencyComparison[]): string[] {
  const byAdvice = Map.groupBy(latencies, adviseOn)
  return [...byAdvice].flatMap(([advice, about]) =>
    advice === null
      ? []
      : [`${about.map(({ latencyMs }) => formatNominal(latencyMs)).join(', ')}: ${advice}`],
  )
}

function columns(latencies: readonly LatencyComparison[], hasDrift: boolean): Column[] {
  const right = (
    name: string,
    heading: readonly string[],
    cell: (one: LatencyComparison) => string,
  ): Column => ({
    name,
    heading,
    cells: latencies.map(cell),
    align: 'right',
  })
  return [
    {
      ...right('verdict', ['verdict'], ({ verdict }) => `${verdictMarks[verdict]} ${verdict}`),
      align: 'left',
    },
    right('agent', ['agent', 'ms'], ({ latencyMs }) => String(latencyMs)),
    right('this run', ['this', 'run'], ({ estimate }) => formatCell(estimate)),
    right('runs', ['mean of', 'runs'], ({ prediction }) => formatCell(prediction.mean)),
    right('expected', [`a new run: ${formatLevel(comparisonLevel)}`], ({ lower, upper }) =>
      formatInterval(lower, upper),
    ),
    right('change', ['change'], ({ estimate, prediction }) => signed(estimate - prediction.mean)),
    {
      ...right('p', ['p slower', '(Holm)'], ({ p }) => formatP(p.exceedsAdjusted).replace('= ', '')),
      rank: 1,
    },
    ...(hasDrift
      ? [
          right('drift', ['since the', 'oldest'], ({ drift }) =>
            drift === null ? '' : signed(drift.estimate),
          ),
        ]
      : []),
  ]
}

function notes({ marginMs, oldest }: DescribedComparison): string[] {
  return [
    'the runs of the baseline are shown at the speed that the machine had in this one: their overheads in units of their bypass, times the bypass of this run',
    `within: no more than ${formatNominal(marginMs)} slower, one-sided at ${formatLevel(comparisonLevel)}; exceeds: more than that, by Holm at ${formatLevel(slowerLevel)} over all latencies`,
    ...(oldest === null
      ? []
      : [
          `since the oldest: change since the baseline of ${oldest.savedAt.slice(0, 10)}${commitPhrase(oldest.commit)} of ${oldest.runs.length} runs; it is shown and decides nothing`,
        ]),
  ]
}

function commitPhrase(commit: string | null): string {
  return commit === null ? '' : ` (${commit.slice(0, 10)})`
}

function signed(ms: number): string {
  const text = formatCell(ms)
  return Number(text) > 0 ? `+${text}` : text
}
