import type { LatencyResult, Outcome, Run } from '../record/run.ts'
import { formatMs, formatNominal } from './format.ts'

/** What the run comes to, in a sentence or two for a reader who knows no statistics, and what to do next. */
export function explainOutcome(run: Run): string {
  return explanations[run.outcome](run)
}

const explanations: Record<Outcome, (run: Run) => string> = {
  within: (run) =>
    `${addedPhrase(run)}: under the margin of ${marginPhrase(run.latencies)} at every latency. Next: hold these figures against an outside clock with \`npm run crosscheck\`.`,
  exceeds: (run) =>
    `${addedPhrase(run)}: more than the margin at ${latencyList(run, 'exceeds')}. Next: compare the bypass and offload columns of those rows, and the p99, to see whether every request pays or only some.`,
  inconclusive: (run) =>
    `The margin lies between the bounds at ${latencyList(run, 'inconclusive')}, so this run cannot tell${detectablePhrase(run)}. Next: quiet the machine and make a new run; adding requests to this one would bend its result.`,
  measured: () =>
    'There was no arm without SPOE, so these are latencies and no overhead is claimed. Next: `npm run bench` measures the overhead.',
  invalid: () =>
    'The figures above are not to be used: the run failed its own checks, for the reasons given. Next: remove the cause and make a new run.',
  incomplete: () =>
    'The run ended before all its cases were measured; those above are finished and kept, and there is no verdict on the whole. Next: make a new run.',
}

/** "SPOE added 0.217 to 0.243 ms ..." over the estimates of all latencies. */
function addedPhrase(run: Run): string {
  const estimates = run.latencies.flatMap((latency) => latency.overheadMs?.estimate ?? [])
  const [low, high] = [formatMs(Math.min(...estimates)), formatMs(Math.max(...estimates))]
  const size = estimates.length === 0 ? 'an unknown time' : low === high ? low : `${low} to ${high}`
  return `Beyond the time that the agent itself takes, SPOE added ${size} to a request on this machine`
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
