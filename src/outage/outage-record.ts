import { type OutageCell, type OutageFailure, type OutageRecord, outageSchema } from '../record/outage.ts'
import { hashOutagePlan } from '../record/outage-plan.ts'
import { disagreementsOf } from './open-row.ts'

/** A run as far as it has come. */
export type OutageHead = Pick<
  OutageRecord,
  'host' | 'haproxys' | 'plan' | 'commitment' | 'attempt' | 'attempts' | 'seed'
>

/** `unexplained`: a row does what is not predicted. */
export function outageRecord(
  head: OutageHead,
  cells: readonly OutageCell[],
  failures: readonly OutageFailure[],
): OutageRecord {
  return outageSchema.parse({
    schema: 'spoe-bench/outage/2',
    ...head,
    planHash: hashOutagePlan(head.plan),
    outcome: concludeOutages(head.plan, cells),
    failures,
    cells,
  })
}

export function concludeOutages(
  { rows }: OutageRecord['plan'],
  cells: readonly OutageCell[],
): OutageRecord['outcome'] {
  if (cells.length < rows.length) return 'incomplete'
  return cells.some((cell) => disagreementsOf(cell).length > 0) ? 'unexplained' : 'measured'
}
