import type { Run } from '../record/run.ts'
import { describeTraffic } from '../trial/describe-traffic.ts'

/** Under which conditions a run was made: `paced`, `paced, kept connections`. */
export function describeCondition({ condition, traffic }: Pick<Run, 'condition' | 'traffic'>): string {
  return [condition, ...describeTraffic(traffic)].join(', ')
}
