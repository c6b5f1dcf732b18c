import type { Plan } from '../../record/plan.ts'
import type { CaseLines } from '../case-records.ts'

/** Below this a reader is told. */
const enough = 0.8

/**
 * Says when the workers hardly sent at the same time: what they were to load together was then loaded by fewer. The
 * times are the origin's, on one clock. Null: they did, or there are none.
 */
export function overlapWarning(plan: Plan, byCase: ReadonlyMap<string, CaseLines>): string | null {
  const { workers } = plan
  if (workers === undefined || workers.count === 1) return null
  const spans = Array.from({ length: workers.count }, (_, index) => {
    const own = plan.cases.filter(({ worker }) => worker === index + 1)
    const times = own.flatMap(({ id }) => (byCase.get(id)?.requests ?? []).map(([, atNs]) => atNs))
    return {
      from: times.reduce((least, one) => Math.min(least, one), Infinity),
      to: times.reduce((most, one) => Math.max(most, one), -Infinity),
    }
  })
  const from = spans.map((span) => span.from)
  const to = spans.map((span) => span.to)
  const whole = Math.max(...to) - Math.min(...from)
  const together = Math.max(0, Math.min(...to) - Math.max(...from))
  if (!(together < enough * whole)) return null
  return (
    `the ${workers.count} workers sent at the same time for ${Math.floor((100 * together) / whole)} % of the time ` +
    'in which any did: start them together'
  )
}
