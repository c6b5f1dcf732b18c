import { expect } from 'vitest'
import type { Effect } from '../record/run.ts'
import { decideMargin } from '../stats/decision.ts'

/** What can be asserted on: a case, or all cases of one latency pooled. */
export interface Assertable {
  readonly latencyMs: number
  readonly overheadMs: Effect | null
  /** null when there is no verdict: too few blocks, or faults. */
  readonly verdict: string | null
  readonly warnings: readonly string[]
}

declare module 'vitest' {
  interface Matchers<R, T> {
    /**
     * Passes when the overhead is within `ms`: its one-sided 95 % upper bound lies below. Inconclusive is
     * not within. Has no `.not`: failing to show that it is small does not show that it is large.
     */
    toAddAtMost: (margin: { readonly ms: number }) => R
  }
}

expect.extend({
  toAddAtMost(received: unknown, margin: { readonly ms: number }) {
    const isAssertable = typeof received === 'object' && received !== null && 'overheadMs' in received
    if (!isAssertable)
      throw new TypeError(`toAddAtMost expects a case or a latency of a blind trial, got ${typeof received}.`)
    if (!(margin.ms > 0))
      throw new TypeError(`toAddAtMost expects a margin such as { ms: 2 }, got ${JSON.stringify(margin)}.`)
    if (this.isNot) {
      throw new TypeError(
        'toAddAtMost has no .not: an overhead that is not shown to be small is not shown to be large. ' +
          'Read the verdict: within, exceeds or inconclusive.',
      )
    }
    const result = received as Assertable
    return { pass: decide(result, margin.ms) === 'within', message: () => explain(result, margin.ms) }
  },
})

function decide(result: Assertable, marginMs: number): string {
  if (result.overheadMs === null) return 'no overhead was measured'
  if (result.verdict === null) return 'no verdict'
  return decideMargin(result.overheadMs.bounds, marginMs)
}

function explain(result: Assertable, marginMs: number): string {
  const effect = result.overheadMs
  const claim = `expected the offload to add at most ${marginMs} ms to its agent's ${result.latencyMs} ms`
  const warnings = result.warnings.map((warning) => `\n  ${warning}`).join('')
  if (effect === null) return `${claim}; ${decide(result, marginMs)}: both arms are needed.${warnings}`
  const { bounds } = effect
  const advice = {
    within: '',
    exceeds: 'It adds more than that: find out what changed.',
    inconclusive: 'More blocks or a quieter machine would decide.',
  }
  const verdict = decide(result, marginMs)
  return (
    `${claim}: ${verdict}.\n` +
    `  overhead ${format(effect.estimate)}, 95 % interval ${format(effect.lower)} to ${format(effect.upper)}, ` +
    `one-sided bounds ${format(bounds.lower)} and ${format(bounds.upper)}, ${effect.count} blocks, ` +
    `smallest effect it could see ${format(effect.minimumDetectable)}.\n` +
    `  ${advice[verdict as keyof typeof advice] ?? 'See the faults and warnings of the case in run.json.'}${warnings}`
  )
}

function format(ms: number | null): string {
  return ms === null ? 'none' : `${ms.toFixed(3)} ms`
}
