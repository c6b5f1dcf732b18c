import { isAnswer } from '../record/run.ts'
import { formatLevel } from '../report/format.ts'
import { adjustHolm } from '../stats/holm.ts'
import { standardErrorOf } from '../stats/power.ts'
import { quantile } from '../stats/quantile.ts'
import { roundsNeeded, summariseRounds } from '../stats/rounds.ts'
import { anyLevel } from '../trial/gate/plan-gate.ts'
import type { GateLine, TestedGate } from './gate-record.ts'
import { relabelGates } from './relabel-gates.ts'
import { boundRate } from './tally.ts'

const relabellings = 10_000

/** What the gates of all sessions show, and the bounds that their number buys. */
export function renderGates(lines: readonly GateLine[]): string {
  const gates = lines.flatMap((line) => (line.type === 'gate' ? [line] : []))
  if (gates.length === 0) return 'no gate was measured yet: npm run gate:selftest -- --minutes 30'
  const sessions = lines.flatMap((line) => (line.type === 'session' ? [line] : []))
  const machines = new Set(
    sessions.map(
      ({ haproxy, node, cpuModel, cores, kernel }) =>
        `HAProxy ${haproxy}, Node ${node}, ${cores} cores of ${cpuModel}, kernel ${kernel}`,
    ),
  )
  const answered = gates.filter(({ outcome }) => isAnswer(outcome))
  const durations = gates.map(({ durationS }) => durationS)
  return [
    `${gates.length} gates in ${sessions.length} sessions, ${gates.length - answered.length} without an answer, ${gates[0]?.at} to ${gates.at(-1)?.at}`,
    ...machines,
    `a gate took ${quantile(durations, 0.5).toFixed(0)} s (median; longest ${Math.max(...durations).toFixed(0)} s)`,
    ...[...Map.groupBy(answered, ({ injectedMs }) => injectedMs)]
      .toSorted(([a], [b]) => a - b)
      .flatMap(([injectedMs, group]) => renderGroup(injectedMs, group)),
    ...renderRelabelled(answered.filter(({ injectedMs }) => injectedMs === 0)),
    '',
    'Bounds are one-sided, 95 %, by Clopper and Pearson.',
  ].join('\n')
}

function renderGroup(injectedMs: number, gates: readonly TestedGate[]): string[] {
  const flagged = gates.filter(({ outcome }) => outcome === 'exceeds')
  const open = gates.filter(({ outcome }) => outcome === 'inconclusive').length
  const { atLeast, atMost } = boundRate(flagged.length, gates.length)
  const isAlike = injectedMs === 0
  const head = isAlike
    ? `the same agent twice: ${flagged.length} false alarms in ${gates.length} gates, a rate of at most ${formatLevel(atMost)}`
    : `candidate slower by ${injectedMs} ms: ${flagged.length} of ${gates.length} gates found it, a power of at least ${formatLevel(atLeast)}`
  const byBlocks = gates.filter(isFlaggedByBlocks).length
  const latencies = [...new Set(gates.flatMap((gate) => gate.latencies.map(({ latencyMs }) => latencyMs)))]
  return [
    '',
    `${head}; ${open} inconclusive; ${byBlocks} if blocks alone decided`,
    ...latencies.flatMap((ms) => renderLatency(ms, gates, isAlike)),
  ]
}

/** How often chance alone would have the rounds flagged, as far as these processes differed. */
function renderRelabelled(alike: readonly TestedGate[]): string[] {
  const whole = alike.filter(({ latencies }) =>
    latencies.every(({ rounds }) => rounds.length >= roundsNeeded),
  )
  if (whole.length === 0) return []
  const alarms = relabelGates(whole, relabellings)
  return [
    '',
    `The rounds of ${whole.length} gates of the same agent twice, base and candidate exchanged at random ${relabellings} times: ` +
      `${alarms} alarms by rounds alone, ${formatLevel(alarms / relabellings)}`,
  ]
}

/** What the gate would say if it took blocks for independent of their processes. */
function isFlaggedByBlocks({ latencies }: TestedGate): boolean {
  const pValues = latencies.flatMap(({ pBlocks }) => pBlocks ?? [])
  return pValues.length === latencies.length && adjustHolm(pValues).some((p) => p <= anyLevel)
}

function renderLatency(latencyMs: number, gates: readonly TestedGate[], isAlike: boolean): string[] {
  const own = gates.flatMap(({ latencies }) => latencies.filter((latency) => latency.latencyMs === latencyMs))
  const flagged = own.filter(({ verdict }) => verdict === 'exceeds').length
  const { atLeast, atMost } = boundRate(flagged, own.length)
  const bound = isAlike ? `at most ${formatLevel(atMost)}` : `at least ${formatLevel(atLeast)}`
  const estimates = own.flatMap(({ estimate }) => estimate ?? [])
  const range =
    estimates.length === 0
      ? ''
      : `; estimates ${Math.min(...estimates).toFixed(3)} to ${Math.max(...estimates).toFixed(3)} ms, median ${quantile(estimates, 0.5).toFixed(3)}`
  return [
    `  agents wait ${latencyMs} ms: ${flagged} of ${own.length} flagged (${bound})${range}`,
    ...renderRounds(own),
  ]
}

/** Whether processes differ: how far rounds lie apart, beside what their blocks alone let expect. Both in ms. */
function renderRounds(own: readonly TestedGate['latencies'][number][]): string[] {
  const repeated = own.filter(({ rounds }) => rounds.length >= roundsNeeded)
  if (repeated.length === 0) return []
  const variances = repeated.map(({ rounds }) => summariseRounds(rounds).deviation ** 2)
  const expected = repeated.flatMap(({ lower, upper, rounds }) => {
    const error = standardErrorOf({ lower, upper }, 0.95)
    return error === null ? [] : error ** 2 * rounds.length
  })
  return [
    `    a round's standard deviation: ${rootMean(variances)} ms, ${rootMean(expected)} by its blocks alone`,
  ]
}

function rootMean(variances: readonly number[]): string {
  return Math.sqrt(variances.reduce((sum, value) => sum + value, 0) / variances.length).toFixed(3)
}
