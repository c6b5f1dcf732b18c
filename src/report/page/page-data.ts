import type { DescribedComparison } from '../../baseline/comparison-table.ts'
import type { Comparison } from '../../exporter/comparison.ts'
import type { Plan } from '../../record/plan.ts'
import type { Run } from '../../record/run.ts'
import type { Published } from '../published.ts'
import type { CaseSeries } from '../run-series.ts'

/** All that a page is drawn from. */
export interface PageData {
  readonly run: Run
  readonly plan: Plan
  readonly series: readonly CaseSeries[]
  readonly published: Published
  /** A run that this one is held against, and what it is called. */
  readonly against?: Run | undefined
  /** The runs of a stored baseline that this one is held against. */
  readonly baseline?: DescribedComparison | undefined
  /** What `npm run bench:exporter` found, where the reader names it. */
  readonly exporter?: Comparison | undefined
}

/** Width of a chart on a phone, and of the same on a wide screen, in px. */
export const chartWidths = { narrow: 340, wide: 860 } as const
