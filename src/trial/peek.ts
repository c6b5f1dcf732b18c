import type { PlanCase } from '../record/plan.ts'
import type { Exchange } from '../record/samples.ts'
import { toMs } from '../record/units.ts'
import { quantile } from '../stats/quantile.ts'
import type { Allocation } from './allocation.ts'

/** Why a run into which somebody looked decides nothing; it goes into its plan's run.json and table. */
export const unblindedText =
  'unblinded: with --peek the arms of a case could be seen while it was measured, so the run gates nothing'

/** How often a case is shown while it is measured. */
const looks = 4

/** Whether somebody who peeks is shown something now; the rest of the time he costs nothing. */
export function isLookDue({ requests, warmUpBlocks }: PlanCase, blocksDone: number): boolean {
  const timed = blocksDone - warmUpBlocks
  return timed > 0 && timed % Math.ceil(requests / looks) === 0
}

/**
 * What --peek shows while a case is measured: the median of every arm so far, as it is, the agent's sleep
 * included.
 * @param blocks all that have ended, the warm-up among them
 * @param ports the port of each code
 */
export function peekAt(
  { id, warmUpBlocks }: PlanCase,
  { armOfPort }: Pick<Allocation, 'armOfPort'>,
  ports: readonly number[],
  blocks: readonly (readonly Exchange[])[],
): string {
  const timed = blocks.slice(warmUpBlocks)
  const medians = armOfPort.map((arm, code) => {
    const latenciesNs = timed
      .flat()
      .flatMap(([port, , , startNs, endNs]) => (port === ports[code] ? [endNs - startNs] : []))
    return `${arm} ${toMs(quantile(latenciesNs, 0.5)).toFixed(3)}`
  })
  return `peek at ${id}, ${timed.length} blocks, medians in ms: ${medians.toSorted().join(', ')}`
}
