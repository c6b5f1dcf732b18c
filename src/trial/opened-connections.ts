import type { Plan, PlanCase } from '../record/plan.ts'
import type { CaseLines } from './case-records.ts'

/**
 * How many of a case's timed requests opened a connection where connections are kept: none was idle, or HAProxy had
 * closed it. Such a request paid for the connection too. In the order of sending, the first one of a frontend port and
 * source port is the one that opened it.
 */
export function countOpened({ arms }: Plan, { warmUpBlocks }: PlanCase, blocks: CaseLines['blocks']): number {
  const seen = new Set<string>()
  const slots = [...blocks].toSorted(([a], [b]) => a - b).flatMap(([, exchanges]) => exchanges)
  return slots.filter(([port, sourcePort], slot) => {
    const connection = `${port}-${sourcePort}`
    if (seen.has(connection)) return false
    seen.add(connection)
    return slot >= warmUpBlocks * arms.length
  }).length
}

/** A slow agent may leave no connection idle where the bypass does: then the overhead has connecting in it. */
export function openedWarning(plan: Plan, planCase: PlanCase, { blocks }: CaseLines): string[] {
  if (plan.traffic?.connection !== 'keep-alive') return []
  const opened = countOpened(plan, planCase, blocks)
  if (opened === 0) return []
  return [
    `${opened} of ${planCase.requests * plan.arms.length} requests found no idle connection and opened one: ` +
      'that is in their latency',
  ]
}
