import { expect } from 'vitest'
import type { Effect } from '../record/run.ts'
import { decideEquivalence, decideMargin } from '../stats/decision.ts'
import {
  type Assertable,
  type ClaimOptions,
  describeFigure,
  type Figure,
  figureOf,
  type Statistic,
} from './claim.ts'

export interface Margin {
  readonly ms: number
}

/** A target and how far from it still counts as equal. */
export interface EquivalenceMargin {
  readonly ms: number
  readonly within: number
}

declare module 'vitest' {
  interface Matchers<R, T> {
    /**
     * Passes when the overhead is within `ms`: its one-sided upper bound lies below. Inconclusive is not
     * within. None of these has a `.not`: failing to show one thing does not show the other.
     */
    toAddAtMost: (margin: Margin, options?: ClaimOptions) => R
    /** Passes when the overhead is more than `ms`: its one-sided lower bound lies above. */
    toAddAtLeast: (margin: Margin, options?: ClaimOptions) => R
    /** Passes when the overhead is `ms`, give or take less than `within`: both one-sided bounds lie inside (TOST). */
    toBeEquivalentTo: (target: EquivalenceMargin, options?: ClaimOptions) => R
    /** Passes when an overhead of `ms` would have been found: the minimum detectable one is no larger. */
    toDetect: (effect: Margin, options?: ClaimOptions) => R
  }
}

/** What one matcher claims, decides and advises. Words end a sentence that begins with "expected". */
interface Claim {
  readonly claim: string
  readonly decide: (figure: Figure) => { readonly isShown: boolean; readonly verdict: string }
  readonly advise: (figure: Figure) => string
}

interface Negatable {
  readonly isNot?: boolean
}

expect.extend({
  toAddAtMost(this: Negatable, received: unknown, margin: Margin, options?: ClaimOptions) {
    const marginMs = requireMargin('toAddAtMost', '{ ms: 2 }', margin, margin.ms > 0)
    return judge('toAddAtMost', this, received, options, {
      claim: `the offload to add at most ${marginMs} ms`,
      ...againstMargin('within', marginMs, 'It adds more than that: find out what changed.'),
    })
  },
  toAddAtLeast(this: Negatable, received: unknown, margin: Margin, options?: ClaimOptions) {
    const marginMs = requireMargin('toAddAtLeast', '{ ms: 0.1 }', margin, margin.ms >= 0)
    return judge('toAddAtLeast', this, received, options, {
      claim: `the offload to add at least ${marginMs} ms`,
      ...againstMargin('exceeds', marginMs, 'It adds less than that.'),
    })
  },
  toBeEquivalentTo(this: Negatable, received: unknown, target: EquivalenceMargin, options?: ClaimOptions) {
    const isTarget = Number.isFinite(target.ms) && target.within > 0
    const targetMs = requireMargin('toBeEquivalentTo', '{ ms: 0, within: 0.05 }', target, isTarget)
    return judge('toBeEquivalentTo', this, received, options, {
      claim: `the offload to add ${targetMs} ms, give or take ${target.within} ms`,
      decide({ bounds: { lower, upper } }) {
        const moved =
          lower === null || upper === null
            ? { lower, upper }
            : { lower: lower - targetMs, upper: upper - targetMs }
        const verdict = decideEquivalence(moved, target.within)
        return { verdict, isShown: verdict === 'equivalent' }
      },
      advise: (figure) =>
        figure.nextStep(targetMs + target.within) ??
        figure.nextStep(targetMs - target.within) ??
        'It adds something else: find out what changed.',
    })
  },
  toDetect(this: Negatable, received: unknown, effect: Margin, options?: ClaimOptions) {
    const effectMs = requireMargin('toDetect', '{ ms: 0.1 }', effect, effect.ms > 0)
    return judge('toDetect', this, received, options, {
      claim: `an overhead of ${effectMs} ms to be detectable`,
      decide({ minimumDetectable: least }) {
        if (least === null) return { verdict: 'insufficient', isShown: false }
        const isShown = least <= effectMs
        return { verdict: isShown ? 'detectable' : 'too little data', isShown }
      },
      advise: ({ minimumDetectable: least, count }) =>
        least === null
          ? 'More blocks are needed for any bound.'
          : `${Math.ceil(count * (least / effectMs) ** 2)} blocks would do at this spread; npm run plan -- --effect-ms ${effectMs} says how long that takes.`,
    })
  },
})

function againstMargin(
  wanted: 'within' | 'exceeds',
  marginMs: number,
  contradicted: string,
): Pick<Claim, 'decide' | 'advise'> {
  return {
    decide({ bounds }) {
      const verdict = decideMargin(bounds, marginMs)
      return { verdict, isShown: verdict === wanted }
    },
    advise: (figure) =>
      figure.nextStep(marginMs) ??
      (decideMargin(figure.bounds, marginMs) === 'inconclusive'
        ? 'More blocks or a quieter machine would decide.'
        : contradicted),
  }
}

function judge(
  matcher: string,
  { isNot = false }: Negatable,
  received: unknown,
  { statistic = 'shift' }: ClaimOptions = {},
  { claim, decide, advise }: Claim,
): { pass: boolean; message: () => string } {
  if (isNot) {
    throw new TypeError(
      `${matcher} has no .not: what is not shown is not shown to be otherwise. ` +
        'Read the verdict, or use the matcher that claims the contrary.',
    )
  }
  const subject = requireSubject(matcher, received)
  const figure = figureOf(subject, requireStatistic(matcher, statistic))
  const agent = 'latencyMs' in subject ? ` to its agent's ${subject.latencyMs} ms` : ''
  const warnings = 'warnings' in subject ? subject.warnings.map((warning) => `\n  ${warning}`).join('') : ''
  const expected = `expected ${claim}${agent}`
  if (typeof figure === 'string') {
    return { pass: false, message: () => `${expected}; ${figure}.${warnings}` }
  }
  const { isShown, verdict } = decide(figure)
  return {
    pass: isShown,
    message: () =>
      `${expected}: ${verdict}.\n  ${describeFigure(figure, statistic)}.\n  ${advise(figure)}${warnings}`,
  }
}

function requireSubject(matcher: string, received: unknown): Assertable | Effect {
  const isObject = typeof received === 'object' && received !== null
  if (isObject && ('overheadMs' in received || 'bounds' in received)) return received as Assertable | Effect
  throw new TypeError(
    `${matcher} expects a case or a latency of a blind trial, or one of its effects, got ${typeof received}.`,
  )
}

function requireStatistic(matcher: string, statistic: Statistic): Statistic {
  if (['shift', 'mean', 'p99'].includes(statistic)) return statistic
  throw new TypeError(
    `${matcher} expects the statistic shift, mean or p99, got ${JSON.stringify(statistic)}.`,
  )
}

function requireMargin(matcher: string, example: string, margin: Margin, isFine: boolean): number {
  if (isFine) return margin.ms
  throw new TypeError(`${matcher} expects a margin such as ${example}, got ${JSON.stringify(margin)}.`)
}
