import type { LatencyResult, Outcome, Run } from '../record/run.ts'
import { formatMs, formatNominal } from './format.ts'

/** What a run comes to, for a reader who knows no statistics. */
export interface Meaning {
  /** A sentence. */
  readonly found: string
  /** What to do, as it follows on "Next: ". */
  readonly next: string
}

/** What overhead means in a run: of an agent that is not ours nobody knows what it takes for itself. */
export function overheadWords({ agent }: Run): string {
  return agent === undefined
    ? '(offload - what the agent slept) - bypass'
    : "offload - bypass, the agent's own time in it"
}

/** What the run comes to, in a sentence or two, and what to do next. */
export function explainOutcome(run: Run): string {
  const { found, next } = meaningOf(run)
  return `${found} Next: ${next}`
}

export function meaningOf(run: Run): Meaning {
  const outside = run.agent === undefined ? undefined : outsideMeanings[run.outcome]
  return (outside ?? meanings[run.outcome])(run)
}

const meanings: Record<Outcome, (run: Run) => Meaning> = {
  within: (run) => ({
    found: `${addedPhrase(run)}: under the margin of ${marginPhrase(run.latencies)} at every latency.`,
    next: 'hold these figures against an outside clock with `npm run crosscheck`.',
  }),
  exceeds: (run) => ({
    found: `${addedPhrase(run)}: more than the margin at ${latencyList(run, 'exceeds')}.`,
    next: 'compare the bypass and offload columns of those rows, and the p99, to see whether every request pays or only some.',
  }),
  inconclusive: (run) => ({ found: `${openPhrase(run)}${detectablePhrase(run)}.`, next: planPhrase(run) }),
  measured: () => ({
    found: 'There was no arm without SPOE, so these are latencies and no overhead is claimed.',
    next: '`npm run bench` measures the overhead.',
  }),
  unblinded: () => ({
    found:
      'Look at the figures as you like; they decide nothing, because they could be seen before they were frozen.',
    next: '`npm run bench` without --peek.',
  }),
  invalid: () => ({
    found: 'The figures above are not to be used: the run failed its own checks, for the reasons given.',
    next: 'remove the cause and make a new run.',
  }),
  incomplete: () => ({
    found:
      'The run ended before all its cases were measured; those above are finished and kept, and there is no verdict on the whole.',
    next: 'make a new run.',
  }),
}

/** Of an agent that is not ours: what is said is of the two together. */
const outsideMeanings: Partial<Record<Outcome, (run: Run) => Meaning>> = {
  within: (run) => ({
    found: `${togetherPhrase(run)}: under the margin of ${marginPhrase(run.latencies)}. ${splitPhrase(run)}`,
    next: splitNext,
  }),
  exceeds: (run) => ({
    found: `${togetherPhrase(run)}: more than the margin of ${marginPhrase(run.latencies)}. ${splitPhrase(run)}`,
    next: splitNext,
  }),
  unblinded: () => ({
    found: 'The figures could be seen before they were frozen, so they decide nothing.',
    next: 'run again without --peek.',
  }),
}

function togetherPhrase(run: Run): string {
  const [latency] = run.latencies
  const size = latency?.overheadMs ? formatMs(latency.overheadMs.estimate) : 'an unknown time'
  const tail = latency?.overheadP99Ms == null ? '' : `, ${formatMs(latency.overheadP99Ms)} in the p99`
  return `SPOE and the agent together added ${size} to a request on this machine${tail}`
}

function splitPhrase({ latencies, agent }: Run): string {
  const split = latencies[0]?.split
  if (split !== undefined) {
    return (
      `By HAProxy's own clock ${formatMs(split.askingMs.estimate)} of it pass from before it asks the agent until it ` +
      `has the answer, and ${formatMs(split.aroundMs.estimate)} around that.`
    )
  }
  const alone = 'How much of it is the agent alone can not be told from outside'
  const events = agent?.asking?.events ?? []
  return events.length === 0
    ? `${alone}.`
    : `${alone}, nor can HAProxy's clock be read around ${events.join(' and ')}: ask on on-frontend-http-request for that.`
}
const splitNext = '`npm run bench` shows what SPOE adds here without it.'

/** "SPOE added 0.217 to 0.243 ms ..." over the estimates of all latencies. */
function addedPhrase(run: Run): string {
  const estimates = run.latencies.flatMap((latency) => latency.overheadMs?.estimate ?? [])
  const [low, high] = [formatMs(Math.min(...estimates)), formatMs(Math.max(...estimates))]
  const size = estimates.length === 0 ? 'an unknown time' : low === high ? low : `${low} to ${high}`
  return `Beyond the time that the agent itself takes, SPOE added ${size} to a request on this machine`
}

function openPhrase(run: Run): string {
  const open = run.latencies.filter(({ verdict }) => verdict === 'inconclusive')
  const where = open.map((latency) => formatNominal(latency.latencyMs)).join(', ')
  return open.length === 0
    ? 'This run cannot tell'
    : `The margin lies between the bounds at ${where}, so this run cannot tell`
}

/** The command that turns an open question into a number of blocks. */
function planPhrase(run: Run): string {
  const gaps = run.latencies.flatMap(({ verdict, overheadMs, marginMs }) =>
    verdict === 'inconclusive' && overheadMs !== null ? Math.abs(overheadMs.estimate - marginMs) : [],
  )
  const command =
    gaps.length === 0 || Math.min(...gaps) < 0.001
      ? ''
      : ` (\`npm run plan -- --effect-ms ${Math.min(...gaps).toFixed(3)}\` says what it takes)`
  return `quiet the machine, or make a new run with more blocks${command}; adding requests to this one would bend its result.`
}

function marginPhrase(latencies: readonly LatencyResult[]): string {
  return [...new Set(latencies.map((latency) => formatNominal(latency.marginMs)))].join(', ')
}

function latencyList(run: Run, verdict: LatencyResult['verdict']): string {
  const matching = run.latencies.filter((latency) => latency.verdict === verdict)
  const names = matching.map((latency) => formatNominal(latency.latencyMs))
  return names.length === 0 ? 'some latency' : names.join(', ')
}

/** The smallest margin that this size and spread could have told apart, so that the reader knows the gap. */
function detectablePhrase(run: Run): string {
  const effects = run.latencies.flatMap((latency) =>
    latency.verdict === 'inconclusive' ? (latency.overheadMs?.minimumDetectable ?? []) : [],
  )
  return effects.length === 0 ? '' : ` (smallest effect it could see: ${formatMs(Math.max(...effects))})`
}
