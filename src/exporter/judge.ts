import { overlaps, type Range } from './range.ts'
import type { Circumstances, Rule } from './rules.ts'

/** How exactly an instrument counts, in ms. */
export interface Precision {
  /** What is smaller than this it cannot tell from nought. */
  readonly resolutionMs: number
  /** How far the value behind a reading can lie below and above it. */
  readonly belowMs: number
  readonly aboveMs: number
}

export interface Reading {
  readonly ms: number
  readonly precision: Precision
  /** Known faults that can be at work in this instrument. */
  readonly rules: readonly Rule[]
}

/** `cannot see`: the reading is what the truth would give, and so would nought or a fault at work. */
export type Judgement = 'confirms' | 'contradicts' | 'cannot see'

export interface Explanation {
  readonly rule: string
  readonly predictedMs: Range
}

export interface Judged {
  readonly judgement: Judgement
  /** Rules that predict what is refuted; none where the reading is right, or wrong and unexplained. */
  readonly explanations: readonly Explanation[]
}

/** Holds a reading against the truth, then against what each known fault would have made of the truth. */
export function judge(reading: Reading, circumstances: Circumstances): Judged {
  const { truth } = circumstances
  const value = behind(reading)
  const fitting = reading.rules
    .map((rule) => ({ rule: rule.name, predictedMs: rule.predict(circumstances) }))
    .filter(({ predictedMs }) => overlaps(value, predictedMs))
  if (!overlaps(value, truth)) return { judgement: 'contradicts', explanations: fitting }
  // A fault that would leave the truth as it is says nothing against the reading.
  const isAmbiguous = fitting.some(({ predictedMs }) => !overlaps(predictedMs, truth))
  const isSeen = truth.lowMs >= reading.precision.resolutionMs && !isAmbiguous
  return { judgement: isSeen ? 'confirms' : 'cannot see', explanations: [] }
}

/** The values that the reading can stand for. */
export function behind({ ms, precision }: Reading): Range {
  // No time is below nought.
  return { lowMs: Math.max(0, ms - precision.belowMs), highMs: ms + precision.aboveMs }
}
