import type { Host } from '../record/host.ts'
import type { Effect } from '../record/run.ts'
import type { Crosscheck } from '../trial/crosscheck.ts'
import { formatInterval, formatMs } from './format.ts'

/** Both clients' figures and what lies between them, as a text. */
export function renderCrosscheck(
  { ours, outside, difference }: Crosscheck,
  latencyMs: number,
  host: Host,
): string {
  return [
    `Crosscheck: what the offload adds with the agent asleep for ${latencyMs} ms, as two clients saw it`,
    `HAProxy ${host.haproxy.version}, Node ${host.node}, machine ${host.keepAwake.mode}`,
    row('our load generator', ours),
    row('outside client (Python)', outside),
    row('difference', difference),
  ].join('\n')
}

function row(name: string, effect: Effect): string {
  const interval = formatInterval(effect.lower, effect.upper)
  return `${name.padEnd(24)} ${formatMs(effect.estimate).padStart(10)} ${interval}, ${effect.count} blocks`
}
