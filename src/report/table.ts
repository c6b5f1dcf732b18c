import type { OutsideAgentPlan } from '../record/plan.ts'
import type { DecoyResult, LatencyResult, Run, RunTest } from '../record/run.ts'
import { attemptPhrase } from './attempt-phrase.ts'
import { layOutCases, layOutPublished, type RowNote, rowNotes } from './case-table.ts'
import { renderLatencyLine } from './case-line.ts'
import { describeCondition } from './condition.ts'
import { formatEffect, formatLevel, formatNominal, formatP } from './format.ts'
import { detectionPower } from '../trial/effect.ts'
import { matrixCases, rowsInOrder } from './matrix.ts'
import { explainOutcome } from './meaning.ts'
import type { Published } from './published.ts'
import { verdictMark } from './verdict-mark.ts'
import { unbroken, wrap } from './wrap.ts'

/**
 * table.txt: the whole result as plain text of at most `width` columns (60 and more): on what it was
 * measured, a row per case, a line per latency, the article's figures beside ours, and what it means.
 */
export function renderTable(run: Run, published: Published, width = 80): string {
  const sections = [
    headerLines(run, width),
    caseLines(run, width),
    latencyLines(run, width),
    ...(run.agent === undefined ? [publishedLines(run, published, width)] : []),
    outcomeLines(run, width),
  ]
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

/** On what and how a run was measured, and whether it has any standing. */
export function headerLines(run: Run, width: number): string[] {
  const { haproxy, keepAwake, node } = run.host
  const mode =
    keepAwake.mode === 'awake'
      ? `machine kept awake, HAProxy on core ${keepAwake.haproxyCore ?? '?'}, Node on core ${keepAwake.nodeCore ?? '?'}`
      : `machine as is${keepAwake.reason === null ? '' : ` (${keepAwake.reason})`}`
  const hasStanding = !['invalid', 'incomplete', 'unblinded'].includes(run.outcome)
  return [
    ...(hasStanding ? [] : [`! ${run.outcome} run, for the reasons at the end: its figures prove nothing`]),
    `spoe-bench run ${run.runId}, started ${run.startedAt}`,
    ...attemptLines(run),
    ...agentLines(run),
    `HAProxy ${haproxy.version} (${haproxy.source}), nbthread ${haproxy.nbthread}; Node ${node}`,
    `condition: ${describeCondition(run)}; ${mode}`,
  ].flatMap((line) => wrap(line, width, '  '))
}

function attemptLines({ attempt }: Run): string[] {
  return attempt === null ? [] : [attemptPhrase(attempt)]
}

function agentLines({ agent }: Run): string[] {
  return agent === undefined ? [] : [`agent: ${agent.from}, ${askedPhrase(agent)}`]
}

/** How agents that are not ours are asked, and what shows it. */
export function askedPhrase({ asking, proof }: Pick<OutsideAgentPlan, 'asking' | 'proof'>): string {
  const proven = `proven by ${proof.join(' and ')}`
  if (asking === undefined || asking.events.length === 0) return proven
  const where = asking.provenIn === 'response' ? 'in the response ' : ''
  return `asked by ${asking.events.join(' and ')}, ${where}${proven}`
}

function caseLines(run: Run, width: number): string[] {
  const { lines, leftOut } = layOutCases(run, width)
  const legend = new Map(run.cases.map((result) => [verdictMark(result).word, verdictMark(result)]))
  const notes = [...legend.values()].map(({ mark, word, legend: text }) => `${mark} ${word}: ${text}`)
  const shown = new Set(run.cases.flatMap(rowNotes))
  for (const note of shown) notes.push(`${note[0]}, ${note}: ${noteLegends[note]}`)
  notes.push(`sees: minimum detectable overhead, found with a power of ${formatLevel(detectionPower)}`)
  if (leftOut.length > 0) notes.push(`not shown at this width: ${leftOut.join(', ')}`)
  return [
    ...wrap(run.agent === undefined ? `Cases. ${ownOverhead}` : `Boots. ${outsideOverhead}`, width, '  '),
    ...lines,
    ...notes.flatMap((note) => wrap(note, width, '  ')),
    ...besideLines(run).flatMap((line) => wrap(line, width, '  ')),
  ]
}

const ownOverhead = 'overhead = (offload - what the agent slept) - bypass'
const outsideOverhead = "overhead = offload - bypass: the agent's own time is part of it, for it is not known"

const noteLegends: Record<RowNote, string> = {
  faults: 'requests without an answer, a partner or a proof; listed at the end',
  tail: 'the mean disagrees with the estimate, see p99',
  blocked: 'neighbouring blocks go together, so that the interval is of their means',
}

/** A case that is shown and not judged, in words beside the judged case that it belongs to. */
function besideLines(run: Run): string[] {
  return rowsInOrder(run).flatMap((shown) => {
    if (shown.isJudged || shown.overheadMs === null) return []
    const sibling = run.cases.find(
      (other) => other.isJudged && other.latencyMs === shown.latencyMs && other.requests === shown.requests,
    )
    const { latencyMs, requests } = shown
    const beside = sibling?.overheadMs ? `; ${sibling.mode} ${formatEffect(sibling.overheadMs)}` : ''
    return [`${latencyMs} ms x ${requests}: ${shown.mode} ${formatEffect(shown.overheadMs)}${beside}`]
  })
}

function latencyLines(run: Run, width: number): string[] {
  const margins = [...new Set(run.latencies.map((latency) => formatNominal(latency.marginMs)))]
  return [
    ...wrap(
      run.agent === undefined
        ? `Latencies, all their blocks pooled; margin ${margins.join(', ')}; sees and p99 in ms`
        : `All blocks pooled, the agent's own time included; margin ${margins.join(', ')}; sees and p99 in ms`,
      width,
      '  ',
    ),
    ...run.latencies.map((latency) =>
      run.agent === undefined
        ? renderLatencyLine(latency, width)
        : renderLatencyLine(latency, width, 'agent'),
    ),
    ...run.latencies.flatMap(({ split }) => (split === undefined ? [] : wrap(splitText(split), width, '  '))),
    ...(run.pValues === null ? [] : wrap(testText(run.pValues), width, '  ')),
    ...wrap(placeboText(run), width, '  '),
    ...(run.decoy === null ? [] : wrap(decoyText(run.decoy), width, '  ')),
  ]
}

function splitText({ askingMs, aroundMs }: NonNullable<LatencyResult['split']>): string {
  return (
    `of it by HAProxy's own clock: asking the agent, its answer included, ${unbroken(formatEffect(askingMs))}; ` +
    `around that ${unbroken(formatEffect(aroundMs))}`
  )
}

function testText({ allWithin, anyExceeds, anyLevel }: RunTest): string {
  return (
    `all within: p ${formatP(allWithin)} (the largest, no correction needed); ` +
    `any exceeds: p ${formatP(anyExceeds)} (Holm, ${anyLevel} needed)`
  )
}

function placeboText(run: Run): string {
  const parts = run.latencies.flatMap(({ latencyMs, placeboMs }) =>
    placeboMs === null ? [] : [`${latencyMs} ms: ${formatEffect(placeboMs)}`],
  )
  if (run.placeboMs !== null) {
    parts.push(`all (${formatLevel(run.placeboMs.level)}): ${formatEffect(run.placeboMs)}`)
  }
  return parts.length === 0
    ? 'placebo - bypass: not measured'
    : `placebo - bypass, which must be 0: ${parts.map((part) => unbroken(part)).join('; ')}`
}

function decoyText({ requests, latencyMs, injectedMs, effectMs, p, alpha, isFound }: DecoyResult): string {
  const seen = effectMs === null || p === null ? 'no figure' : `${formatEffect(effectMs)}, p ${formatP(p)}`
  return (
    `decoy ${isFound ? 'found' : 'missed'}: a sealed ${injectedMs.toFixed(3)} ms in ${requests} blocks at ` +
    `${formatNominal(latencyMs)}: ${seen} (${alpha} needed)`
  )
}

function publishedLines(run: Run, published: Published, width: number): string[] {
  const { lines } = layOutPublished(run, published, width)
  const cells = matrixCases(run)
  const notes = published.notes.filter((note) =>
    cells.some((cell) => cell.latencyMs === note.latencyMs && note.requests.includes(cell.requests)),
  )
  return [
    ...wrap(
      "The article's figures beside ours, the agent's sleep included. The seed's estimator cuts samples to whole ms and is never reset between rows; the article's true mean is worked back from what it printed.",
      width,
      '  ',
    ),
    ...lines,
    ...notes.flatMap((note) => wrap(`note: ${note.text}`, width, '  ')),
  ]
}

function outcomeLines(run: Run, width: number): string[] {
  const faults = run.cases.flatMap((result) =>
    result.faults.map(
      (fault) => `fault in ${result.id}: ${fault.kind} x ${fault.count}, first: ${fault.first}`,
    ),
  )
  const warnings = [
    ...run.warnings,
    ...run.latencies.flatMap(({ latencyMs, warnings: texts }) =>
      texts.map((text) => `${latencyMs} ms: ${text}`),
    ),
    ...run.cases.flatMap(({ id, warnings: texts }) => texts.map((text) => `${id}: ${text}`)),
  ]
  return [
    `Outcome: ${run.outcome}`,
    ...run.reasons.map((reason) => `reason: ${reason}`),
    ...faults,
    ...[...new Set(warnings)].map((warning) => `warning: ${warning}`),
    explainOutcome(run),
  ].flatMap((line) => wrap(line, width, '  '))
}
