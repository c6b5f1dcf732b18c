import type { GateResult, Run } from '../../record/run.ts'
import { formatCell, formatInterval, formatLevel } from '../format.ts'
import { describeSide, explainGate, gateAdvice, gateWarnings, latencyLabel } from '../gate-meaning.ts'
import { gateMark } from '../gate-table.ts'
import { askedPhrase } from '../table.ts'
import { renderIntervalChart } from './interval-chart.ts'
import { renderMarkdownTable } from './markdown-table.ts'
import { describeHost, outcomeMarks, sealLines } from './summary-parts.ts'

/**
 * summary.md of a gate: GitHub Markdown for the summary of a job and for a comment on a pull request, the verdict in
 * the first line, where a notification shows it.
 */
export function renderGateSummary(run: Run, gate: GateResult): string {
  return `${[
    `**${outcomeMarks[run.outcome]} ${run.outcome}**: ${explainGate(run, gate)}`,
    '',
    ...[
      `base: ${inCode(describeSide(gate.base))}`,
      `candidate: ${inCode(describeSide(gate.candidate))}`,
      ...(gate.asked === undefined ? [] : [`both ${askedPhrase(gate.asked)}`]),
    ].map((text) => `- ${text}`),
    '',
    ...latencyTable(gate),
    '',
    ...chart(gate),
    ...[
      ...run.reasons.map((reason) => `reason: ${reason}`),
      ...gateWarnings(run, gate).map((warning) => `warning: ${warning}`),
      describeHost(run),
      gateAdvice[run.outcome],
    ].map((text) => `- ${text}`),
    '',
    ...sealLines(run),
  ].join('\n')}\n`
}

function latencyTable(gate: GateResult): string[] {
  const level = formatLevel(0.95)
  const right = (heading: string): { heading: string; align: 'right' } => ({ heading, align: 'right' })
  return renderMarkdownTable(
    [
      { heading: 'verdict', align: 'left' },
      right('agents wait'),
      right('blocks'),
      right('candidate - base, ms'),
      right(`${level} interval`),
      right('over rounds'),
      right('p99, ms'),
    ],
    gate.latencies.map((latency) => {
      const { blocks, differenceMs, overRoundsMs, roundsMs, tailMs } = latency
      return [
        gateMark(latency),
        latencyLabel(gate, latency),
        String(blocks),
        formatCell(differenceMs?.estimate ?? null),
        differenceMs === null
          ? ''
          : formatInterval(differenceMs.lower, differenceMs.upper, differenceMs.neededCount),
        overRoundsMs === null
          ? `${roundsMs.length}: too few`
          : formatInterval(overRoundsMs.lower, overRoundsMs.upper),
        tailMs === null
          ? 'insufficient'
          : `${formatCell(tailMs.estimate)} ${formatInterval(tailMs.lower, tailMs.upper)}`,
      ]
    }),
  )
}

function chart(gate: GateResult): string[] {
  const rows = gate.latencies.flatMap((latency) => {
    const { differenceMs } = latency
    if (differenceMs === null) return []
    const { estimate, lower, upper } = differenceMs
    return [{ label: latencyLabel(gate, latency), estimate, lower, upper }]
  })
  if (rows.length === 0) return []
  return ['```text', ...renderIntervalChart(rows, { marginMs: gate.withinMs }), '```', '']
}

/** What a user typed, so that nothing in it is taken for Markdown. */
function inCode(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``
}
