import { formatCell, formatInterval, formatNominal } from '../report/format.ts'
import { renderIntervalChart } from '../report/formats/interval-chart.ts'
import { renderMarkdownTable } from '../report/formats/markdown-table.ts'
import { adviceLines, type DescribedComparison, headline, verdictMarks } from './comparison-table.ts'

/** A comparison with a baseline as GitHub Markdown, the verdict in the first line. */
export function renderComparisonSummary(described: DescribedComparison, commitment: string): string {
  const { runId, outcome, latencies, baseline, warnings, marginMs } = described
  const text = headline(described)
  const right = (heading: string): { heading: string; align: 'right' } => ({ heading, align: 'right' })
  const table = renderMarkdownTable(
    [
      { heading: 'verdict', align: 'left' },
      right('agent sleeps'),
      right('this run, ms'),
      right(`mean of ${baseline.runs.length} runs`),
      right('a new run, 95 %'),
      right('since the oldest'),
    ],
    latencies.map(({ verdict, latencyMs, estimate, prediction, lower, upper, drift }) => [
      `${verdictMarks[verdict]} ${verdict}`,
      formatNominal(latencyMs),
      formatCell(estimate),
      formatCell(prediction.mean),
      formatInterval(lower, upper),
      formatCell(drift?.estimate ?? null),
    ]),
  )
  // The change of each latency, with the reach of the prediction around it.
  const rows = latencies.map(({ latencyMs, estimate, prediction, upper }) => {
    const change = estimate - prediction.mean
    const reach = upper - prediction.mean
    return { label: formatNominal(latencyMs), estimate: change, lower: change - reach, upper: change + reach }
  })
  return `${[
    `**${verdictMarks[outcome]} ${outcome}**${text.slice(outcome.length)}`,
    '',
    ...table,
    '',
    'Change against the baseline, ms:',
    '',
    '```text',
    ...renderIntervalChart(rows, { marginMs }),
    '```',
    '',
    ...[...adviceLines(latencies), ...warnings.map((warning) => `warning: ${warning}`)].map(
      (line) => `- ${line}`,
    ),
    '',
    `Run \`${runId}\`, commitment \`${commitment}\`. It can be replayed from its files:`,
    '',
    '```sh',
    `npm run verify -- --commitment ${commitment} results/${runId}`,
    '```',
  ].join('\n')}\n`
}
