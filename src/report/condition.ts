import type { Run } from '../record/run.ts'
import { describeTraffic } from '../trial/describe-traffic.ts'

/** Under which conditions a run was made: `paced`, `paced, kept connections`, `paced, sent by 3 workers`. */
export function describeCondition({
  condition,
  traffic,
  workers,
}: Pick<Run, 'condition' | 'traffic' | 'workers'>): string {
  const senders =
    workers === undefined ? [] : [`sent by ${workers.count} worker${workers.count === 1 ? '' : 's'}`]
  return [condition, ...describeTraffic(traffic), ...senders].join(', ')
}
