import type { GateSide } from '../record/gate-plan.ts'
import type { GateLatency, GateResult, Outcome, Run } from '../record/run.ts'
import { latencyWords } from '../trial/gate/gate-words.ts'
import { upperBound } from '../trial/gate/judge-gate.ts'
import { formatMs, formatNominal } from './format.ts'

/** What the agents of a row wait, short. */
export function latencyLabel({ hasDelay }: GateResult, { latencyMs }: GateLatency): string {
  return hasDelay ? formatNominal(latencyMs) : 'own time'
}

/** What a gate comes to, in a sentence. */
export function explainGate(run: Run, gate: GateResult): string {
  return meanings[run.outcome](gate)
}

const meanings: Record<Outcome, (gate: GateResult) => string> = {
  within(gate) {
    const uppers = gate.latencies.flatMap((latency) => upperBound(latency) ?? [])
    const atMost = uppers.length === 0 ? '' : `: by ${formatMs(Math.max(0, ...uppers))} at most`
    return `the candidate is not slower than the base${atMost}, ${formatNominal(gate.withinMs)} are allowed.`
  },
  exceeds: (gate) => `the candidate is slower than the base: ${describeAll(gate, 'exceeds')}.`,
  inconclusive: (gate) =>
    `whether the candidate is slower by ${formatNominal(gate.withinMs)} can't be told: ${describeAll(gate, 'inconclusive')}.`,
  incomplete: () => 'it broke off, so there is no verdict.',
  invalid: () => 'the run failed its own checks, so its figures decide nothing.',
  unblinded: () => 'it was looked into, so its figures decide nothing.',
  measured: () => 'nothing was to be decided.',
}

function describeAll(gate: GateResult, verdict: GateLatency['verdict']): string {
  return gate.latencies
    .filter((latency) => latency.verdict === verdict)
    .map(({ latencyMs, differenceMs }) => {
      const size = differenceMs === null ? 'an unknown time' : formatMs(differenceMs.estimate)
      return `${size} (${latencyWords(gate, latencyMs)})`
    })
    .join(', ')
}

/** What the outcome is to a shell, and what to do, a sentence each. */
export const gateAdvice: Record<Outcome, string> = {
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

/** `ref main at 0123456789ab: ./spoa -p {port}` */
export function describeSide({ kind, name, commit, isChanged, command }: GateSide): string {
  const at = commit === null ? '' : ` at ${commit.slice(0, 12)}${isChanged ? ', changed' : ''}`
  return `${kind} ${name}${at}${command === null || kind === 'command' ? '' : `: ${command}`}`
}

/** Everything that a reader is warned of, each sentence once. */
export function gateWarnings(run: Run, gate: GateResult): string[] {
  const texts = [
    ...run.warnings,
    ...startWarning(gate),
    ...gate.latencies.flatMap((latency) =>
      [...tailWarning(gate, latency), ...latency.warnings].map(
        (text) => `${latencyWords(gate, latency.latencyMs)}: ${text}`,
      ),
    ),
    ...run.cases.flatMap(({ id, warnings }) => warnings.map((text) => `${id}: ${text}`)),
  ]
  return [...new Set(texts)]
}

/** Rounds are draws of processes only where processes are started. */
function startWarning({ base }: GateResult): string[] {
  return base.kind === 'address'
    ? [
        'both agents ran already and were not started anew in any round: what these two processes have of their own is in the difference',
      ]
    : []
}

function tailWarning({ marginMs }: GateResult, { tailMs }: GateLatency): string[] {
  const lower = tailMs?.lower ?? null
  return lower === null || lower <= marginMs
    ? []
    : [`the slowest hundredth of the candidate's requests got slower by ${formatMs(lower)} at least`]
}
