import type { CaseResult, LatencyResult, Verdict } from '../record/run.ts'

/** How a verdict looks: a mark and a word, so that nothing hangs on a colour. */
export interface VerdictMark {
  readonly mark: string
  readonly word: string
  readonly legend: string
}

const marks: Record<Verdict, VerdictMark> = {
  within: { mark: '✓', word: 'within', legend: 'upper bound below the margin' },
  exceeds: { mark: '✗', word: 'exceeds', legend: 'lower bound above the margin' },
  inconclusive: { mark: '?', word: 'inconclusive', legend: 'the margin lies between the bounds' },
}

const none: VerdictMark = { mark: '!', word: 'no verdict', legend: 'too few samples, faults or late starts' }
const unclaimed: VerdictMark = { mark: '-', word: 'measured', legend: 'no bypass arm, so no overhead' }
const notJudged: VerdictMark = {
  mark: '·',
  word: 'not judged',
  legend: 'shown beside the others, never pooled',
}
const asIs: VerdictMark = { mark: '·', word: 'as is', legend: 'machine left as is: not judged, not pooled' }

/** The mark of a case or of a latency. */
export function verdictMark(result: CaseResult | LatencyResult): VerdictMark {
  if ('isJudged' in result && !result.isJudged) return result.mode === 'as-is' ? asIs : notJudged
  if (result.verdict !== null) return marks[result.verdict]
  const hasFaults = 'faults' in result && result.faults.length > 0
  const isUnclaimed = result.arms.offload !== undefined && result.arms.bypass === undefined
  return isUnclaimed && result.overheadMs === null && !hasFaults ? unclaimed : none
}

/** `✓ within 2 ms`: with the margin where the word asks for one. */
export function verdictPhrase(result: CaseResult | LatencyResult): string {
  const { mark, word } = verdictMark(result)
  const hasBound = word === marks.within.word || word === marks.exceeds.word
  return hasBound ? `${mark} ${word} ${result.marginMs} ms` : `${mark} ${word}`
}
