import type { GateLatency, GateResult, RoundsEffect, Run } from '../record/run.ts'
import { formatEffect, formatInterval, formatLevel, formatMs, formatNominal } from './format.ts'
import { describeSide, gateAdvice, gateWarnings, latencyLabel } from './gate-meaning.ts'
import { askedPhrase, headerLines } from './table.ts'
import { wrap } from './wrap.ts'

/** table.txt of a gate, at most `width` columns: the sides, three lines for each latency, and what to do. */
export function renderGateTable(run: Run, gate: GateResult, width = 80): string {
  const level = formatLevel(0.95)
  const sections = [
    headerLines(run, width),
    [
      `base       ${describeSide(gate.base)}`,
      `candidate  ${describeSide(gate.candidate)}`,
      ...(gate.asked === undefined ? [] : [`both       ${askedPhrase(gate.asked)}`]),
    ].flatMap((line) => wrap(line, width, '           ')),
    [
      ...wrap(`candidate - base [${level} interval], the agents' own time and all`, width, '  '),
      ...gate.latencies.flatMap((latency) => latencyLines(gate, latency)),
      ...wrap(
        `✓ within: upper bounds below ${formatNominal(gate.withinMs)}; ✗ exceeds: surely above ` +
          `${formatNominal(gate.marginMs)}, by blocks and by rounds, at ${formatLevel(gate.anyLevel)} over all ` +
          'latencies (Holm); ? inconclusive',
        width,
        '  ',
      ),
    ],
    [
      `Outcome: ${run.outcome}`,
      ...run.reasons.map((reason) => `reason: ${reason}`),
      ...gateWarnings(run, gate).map((warning) => `warning: ${warning}`),
      gateAdvice[run.outcome],
    ].flatMap((line) => wrap(line, width, '  ')),
  ]
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

const marks = { within: '✓ within', exceeds: '✗ exceeds', inconclusive: '? inconclusive' } as const

/** `✓ within`; `! no verdict` where there is none. */
export function gateMark({ verdict }: Pick<GateLatency, 'verdict'>): string {
  return verdict === null ? '! no verdict' : marks[verdict]
}

/**
 * The shift over all blocks; over the rounds, whose interval holds what processes differ by; and the tail, where an
 * agent that is slow once in a hundred shows alone.
 */
function latencyLines(gate: GateResult, latency: GateLatency): string[] {
  const { blocks, differenceMs, roundsMs, overRoundsMs, tailMs } = latency
  const label = `${latencyLabel(gate, latency)} x ${blocks}`.padEnd(14)
  const shift = differenceMs === null ? 'no samples' : formatEffect(differenceMs)
  const tail =
    tailMs === null
      ? 'insufficient'
      : `${formatMs(tailMs.estimate)} ${formatInterval(tailMs.lower, tailMs.upper)}`
  const below = (what: string, figure: string): string => `${' '.repeat(16)}${what.padEnd(14)}  ${figure}`
  return [
    `${gateMark(latency).padEnd(14)}  ${label}  ${shift}`,
    below(`${roundsMs.length} rounds`, describeRounds(overRoundsMs)),
    below('p99', tail),
  ]
}

function describeRounds(rounds: RoundsEffect | null): string {
  return rounds === null
    ? 'insufficient'
    : `${formatMs(rounds.mean)} ${formatInterval(rounds.lower, rounds.upper)}`
}
