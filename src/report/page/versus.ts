import type { Effect, Run } from '../../record/run.ts'
import { describeCondition } from '../condition.ts'
import { formatCell, formatEffect, formatNominal } from '../format.ts'
import { section, table } from './figure.ts'
import { html, type Html } from './markup.ts'

/** Two runs beside each other: what each found, and what sets them apart besides. */
export function versusSection(run: Run, against: Run): Html {
  const differences = circumstances(run, against)
  return section(
    'versus',
    `Beside ${against.runId}`,
    html`The interval of a run says how well that run knew its own machine in that minute, not how far the
    next one will lie from it: two runs of the same thing differ by more. A machine gets faster and slower as
    a whole and takes the bypass along, so what moves least is the overhead over the median of the same run’s
    bypass. Hold a difference against the spread of several runs before you believe it.`,
    [
      differences.length === 0
        ? html`<p>Same HAProxy, Node, machine and condition, as far as the records say.</p>`
        : html`<p><strong>Not the same circumstances</strong>: the overheads are of different things.</p>
            ${table('What sets the runs apart', ['what', run.runId, against.runId], differences)}`,
      table(
        'Overheads of both runs, ms',
        [
          'agent',
          `${run.runId} (${run.outcome})`,
          `${against.runId} (${against.outcome})`,
          'difference',
          'over the bypass, here',
          'over the bypass, there',
        ],
        run.latencies.map(({ latencyMs, overheadMs, relativeOverhead }) => {
          const there = against.latencies.find((one) => one.latencyMs === latencyMs)
          const other = there?.overheadMs ?? null
          return [
            formatNominal(latencyMs),
            describe(overheadMs),
            describe(other),
            difference(overheadMs, other),
            formatCell(relativeOverhead),
            formatCell(there?.relativeOverhead ?? null),
          ]
        }),
      ),
    ],
  )
}

function describe(effect: Effect | null): string {
  return effect === null ? 'not measured' : formatEffect(effect)
}

function difference(one: Effect | null, other: Effect | null): string {
  return one === null || other === null ? '' : formatCell(one.estimate - other.estimate)
}

/** What of host and design differs, a row each; what changes from minute to minute is left out. */
export function circumstances(run: Run, against: Run): [what: string, here: string, there: string][] {
  const [here, there] = [facts(run), facts(against)]
  return [...new Set([...here.keys(), ...there.keys()])].flatMap((what) => {
    const [one, other] = [here.get(what) ?? 'not told', there.get(what) ?? 'not told']
    return one === other ? [] : [[what, one, other] as [string, string, string]]
  })
}

const passing = ['loadAverage1min', 'isCi']

function facts(run: Run): Map<string, string> {
  const { host, latencies } = run
  const { haproxy, keepAwake, fingerprint } = host
  return new Map([
    ['condition', describeCondition(run)],
    ['margin', [...new Set(latencies.map(({ marginMs }) => formatNominal(marginMs)))].join(', ')],
    ['HAProxy', haproxy.version],
    ['HAProxy’s build', haproxy.buildHash.slice(0, 12)],
    ['nbthread', String(haproxy.nbthread)],
    ['Node', host.node],
    ['machine', keepAwake.mode],
    ...Object.entries(fingerprint)
      .filter(([name]) => !passing.includes(name))
      .map(([name, value]): [string, string] => [name, String(value ?? 'not told')]),
  ])
}
