import { overlaps, type Range } from './range.ts'
import { rules, type Average, type Circumstances } from './rules.ts'

/** A whole number of ms that HAProxy made from an average. */
export interface Reading {
  readonly average: Average
  readonly ms: number
}

/** `cannot see`: the reading is what the truth would give, and so would nought or a fault at work. */
export type Judgement = 'confirms' | 'contradicts' | 'cannot see'

export interface Explanation {
  readonly rule: string
  readonly predictedMs: Range
}

export interface Judged {
  readonly judgement: Judgement
  /** Rules that predict the reading and not the truth; none where the reading is right, or wrong and unexplained. */
  readonly explanations: readonly Explanation[]
}

/** HAProxy counts in whole milliseconds. */
const resolutionMs = 1

/** Holds a reading against the truth, then against what each known fault would have made of the truth. */
export function judge(reading: Reading, circumstances: Circumstances): Judged {
  const { truth } = circumstances
  const explanations = rules
    .filter(({ averages }) => averages.includes(reading.average))
    .map((rule) => ({ rule: rule.name, predictedMs: rule.predict(circumstances) }))
    .filter(({ predictedMs }) => overlaps(behind(reading), predictedMs) && !overlaps(predictedMs, truth))
  if (!overlaps(behind(reading), truth)) return { judgement: 'contradicts', explanations }
  const isSeen = truth.lowMs >= resolutionMs && explanations.length === 0
  return { judgement: isSeen ? 'confirms' : 'cannot see', explanations: [] }
}

/** The averages that the reading can stand for: samples are cut to whole milliseconds, the average is rounded up. */
function behind({ ms }: Reading): Range {
  // No average is below nought.
  return { lowMs: Math.max(0, ms - resolutionMs), highMs: ms + resolutionMs }
}
