import type { LatencyResult, Run } from '../../record/run.ts'
import { formatCell, formatEffect, formatInterval, formatLevel, formatNominal } from '../format.ts'
import { explainOutcome } from '../meaning.ts'
import { verdictMark } from '../verdict-mark.ts'
import { type ChartRow, renderIntervalChart } from './interval-chart.ts'
import { renderMarkdownTable } from './markdown-table.ts'
import { describeHost, outcomeMarks, sealLines } from './summary-parts.ts'

/**
 * summary.md: the run as GitHub Markdown, for the summary of a job and for a comment on a pull request. The
 * verdict stands in the first line, because that is what a notification shows; the chart is text, because
 * GitHub shows no inline SVG.
 */
export function renderSummary(run: Run): string {
  return `${[
    `**${outcomeMarks[run.outcome]} ${run.outcome}**: ${explainOutcome(run)}`,
    '',
    ...latencyTable(run),
    '',
    ...chart(run),
    ...remarks(run),
    '',
    ...sealLines(run),
  ].join('\n')}\n`
}

function latencyTable({ latencies }: Run): string[] {
  const level = latencies.find(({ overheadMs }) => overheadMs !== null)?.overheadMs?.level ?? 0.95
  const right = (heading: string): { heading: string; align: 'right' } => ({ heading, align: 'right' })
  return renderMarkdownTable(
    [
      { heading: 'verdict', align: 'left' },
      right('agent sleeps'),
      right('blocks'),
      right('overhead, ms'),
      right(`${formatLevel(level)} interval`),
      right('sees, ms'),
      right('p99, ms'),
      right('placebo, ms'),
    ],
    latencies.map((latency) => {
      const { latencyMs, blocks, overheadMs, overheadP99Ms, placeboMs } = latency
      const { mark, word } = verdictMark(latency)
      return [
        `${mark} ${word}`,
        formatNominal(latencyMs),
        String(blocks),
        formatCell(overheadMs?.estimate ?? null),
        overheadMs === null ? '' : formatInterval(overheadMs.lower, overheadMs.upper, overheadMs.neededCount),
        formatCell(overheadMs?.minimumDetectable ?? null),
        formatCell(overheadP99Ms),
        formatCell(placeboMs?.estimate ?? null),
      ]
    }),
  )
}

function chart({ latencies }: Run): string[] {
  const rows = latencies.flatMap(chartRow)
  if (rows.length === 0) return []
  const marginMs = Math.max(...latencies.map((latency) => latency.marginMs))
  return ['```text', ...renderIntervalChart(rows, { marginMs }), '```', '']
}

function chartRow({ latencyMs, overheadMs }: LatencyResult): ChartRow[] {
  if (overheadMs === null) return []
  const { estimate, lower, upper } = overheadMs
  return [{ label: formatNominal(latencyMs), estimate, lower, upper }]
}

function remarks(run: Run): string[] {
  const warnings = [
    ...run.warnings,
    ...run.latencies.flatMap(({ latencyMs, warnings: texts }) =>
      texts.map((text) => `${latencyMs} ms: ${text}`),
    ),
  ]
  const placebo =
    run.placeboMs === null ? [] : [`placebo - bypass, which must be 0: ${formatEffect(run.placeboMs)}`]
  return [
    describeHost(run),
    ...placebo,
    ...decoyRemark(run),
    ...run.reasons.map((reason) => `reason: ${reason}`),
    ...warnings.map((warning) => `warning: ${warning}`),
  ].map((text) => `- ${text}`)
}

function decoyRemark({ decoy }: Run): string[] {
  if (decoy === null) return []
  const seen = decoy.effectMs === null ? 'no figure' : formatEffect(decoy.effectMs)
  return [
    `decoy ${decoy.isFound ? 'found' : 'missed'}: a sealed ${decoy.injectedMs.toFixed(3)} ms was seen as ${seen}`,
  ]
}
