import type { GateSide } from '../record/gate-plan.ts'
import type { GateLatency, GateResult, Outcome, Run } from '../record/run.ts'
import { latencyWords } from '../trial/gate/gate-words.ts'
import { formatEffect, formatInterval, formatLevel, formatMs, formatNominal } from './format.ts'
import { headerLines } from './table.ts'
import { wrap } from './wrap.ts'

/** table.txt of a gate, at most `width` columns: the sides, two lines for each latency, and what to do. */
export function renderGateTable(run: Run, gate: GateResult, width = 80): string {
  const level = formatLevel(0.95)
  const sections = [
    headerLines(run, width),
    [`base       ${describeSide(gate.base)}`, `candidate  ${describeSide(gate.candidate)}`].flatMap((line) =>
      wrap(line, width, '           '),
    ),
    [
      ...wrap(`candidate - base [${level} interval], the agents' own time and all`, width, '  '),
      ...gate.latencies.flatMap((latency) => latencyLines(gate, latency)),
      ...wrap(
        `✓ within: upper bound below ${formatNominal(gate.withinMs)}; ✗ exceeds: surely above ` +
          `${formatNominal(gate.marginMs)}, at ${formatLevel(gate.anyLevel)} over all latencies (Holm); ? inconclusive`,
        width,
        '  ',
      ),
    ],
    [
      `Outcome: ${run.outcome}`,
      ...run.reasons.map((reason) => `reason: ${reason}`),
      ...warningsOf(run, gate).map((warning) => `warning: ${warning}`),
      advice[run.outcome],
    ].flatMap((line) => wrap(line, width, '  ')),
  ]
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function describeSide({ kind, name, commit, isChanged, command }: GateSide): string {
  const at = commit === null ? '' : ` at ${commit.slice(0, 12)}${isChanged ? ', changed' : ''}`
  return `${kind} ${name}${at}${command === null || kind === 'command' ? '' : `: ${command}`}`
}

const marks = { within: '✓ within', exceeds: '✗ exceeds', inconclusive: '? inconclusive' } as const

/** The shift, and the tail on a line of its own: an agent that is slow once in a hundred shows there alone. */
function latencyLines(gate: GateResult, latency: GateLatency): string[] {
  const { verdict, latencyMs, blocks, differenceMs, tailMs } = latency
  const mark = (verdict === null ? '! no verdict' : marks[verdict]).padEnd(14)
  const label = `${gate.hasDelay ? formatNominal(latencyMs) : 'own time'} x ${blocks}`.padEnd(14)
  const shift = differenceMs === null ? 'no samples' : formatEffect(differenceMs)
  const tail =
    tailMs === null
      ? 'insufficient'
      : `${formatMs(tailMs.estimate)} ${formatInterval(tailMs.lower, tailMs.upper)}`
  return [`${mark}  ${label}  ${shift}`, `${' '.repeat(16)}${'p99'.padEnd(14)}  ${tail}`]
}

function warningsOf(run: Run, gate: GateResult): string[] {
  const texts = [
    ...run.warnings,
    ...gate.latencies.flatMap((latency) =>
      [...tailWarning(gate, latency), ...latency.warnings].map(
        (text) => `${latencyWords(gate, latency.latencyMs)}: ${text}`,
      ),
    ),
    ...run.cases.flatMap(({ id, warnings }) => warnings.map((text) => `${id}: ${text}`)),
  ]
  return [...new Set(texts)]
}

function tailWarning({ marginMs }: GateResult, { tailMs }: GateLatency): string[] {
  const lower = tailMs?.lower ?? null
  return lower === null || lower <= marginMs
    ? []
    : [`the slowest hundredth of the candidate's requests got slower by ${formatMs(lower)} at least`]
}

/** What the outcome is to a shell, and what to do, a sentence each. */
const advice: Record<Outcome, string> = {
  within: 'Exit code 0: the gate passed, there is nothing to do.',
  exceeds:
    'Exit code 1: the candidate is slower at the latencies named; find out what changed between the two.',
  inconclusive:
    'Exit code 3, or what --inconclusive=pass|fail says: quiet the machine or ask for more --blocks in a new run.',
  incomplete:
    'Exit code 2: it broke off, and there is no verdict; remove the cause that is named and run again.',
  invalid:
    'Exit code 5: requests passed an agent by, failed or started late, so nothing is decided; look at the reason and run again.',
  unblinded: 'Exit code 5: it was looked into, and decides nothing; run again without --peek.',
  measured: 'Exit code 0.',
}
