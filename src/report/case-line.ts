import type { CaseResult, LatencyResult } from '../record/run.ts'
import { formatCell, formatEffect, formatMs, formatNominal } from './format.ts'
import { verdictPhrase } from './verdict-mark.ts'
import { fitLine } from './wrap.ts'

/**
 * One finished case on one line of at most `width` columns:
 * `✓ within 2 ms   10 ms x 100     0.231 ms [0.220, 0.243]  seed's way 11.30 ms`.
 * What does not fit is left out, the least needed first.
 */
export function renderCaseLine(result: CaseResult, width: number): string {
  const start = [
    verdictPhrase(result).padEnd(verdictWidth),
    `${formatNominal(result.latencyMs)} x ${result.requests}`.padEnd(labelWidth),
    effectPhrase(result),
  ]
  const seedsWay =
    result.publishedAverageMs === null ? [] : [`seed's way ${formatMs(result.publishedAverageMs)}`]
  const warnings = warningForms(result)
  const variants = [
    [...start, ...warnings.slice(0, 1), ...seedsWay],
    ...warnings.map((warning) => [...start, warning]),
    start,
  ]
  return fitLine(variants.map(joinParts), width)
}

/**
 * The pooled blocks of one agent latency on one line of at most `width` columns:
 * `✓ within 2 ms   10 ms x 1110    0.231 ms [0.220, 0.243]  sees 0.030  p99 0.912`; the last two in ms.
 */
export function renderLatencyLine(
  result: LatencyResult,
  width: number,
  name = formatNominal(result.latencyMs),
): string {
  const phrase = verdictPhrase(result)
  const isOpen = result.verdict === 'inconclusive'
  const phraseWithMargin = isOpen ? `${phrase} at ${formatNominal(result.marginMs)}` : phrase
  const middle = [`${name} x ${result.blocks}`.padEnd(labelWidth), effectPhrase(result)]
  const least = result.overheadMs?.minimumDetectable ?? null
  const sees = least === null ? [] : [`sees ${formatCell(least)}`]
  const p99 = result.overheadP99Ms === null ? [] : [`p99 ${formatCell(result.overheadP99Ms)}`]
  const tail = result.overheadMs?.hasTail === true ? [`tail: ${p99[0] ?? 'see p99'}`] : p99
  const variants = [
    [phraseWithMargin.padEnd(verdictWidth), ...middle, ...sees, ...tail],
    [phrase.padEnd(verdictWidth), ...middle, ...sees, ...tail],
    // The figure says more than the word.
    ...(p99.length === 0 ? [] : [[phrase.padEnd(verdictWidth), ...middle, ...sees, ...p99]]),
    [phrase.padEnd(verdictWidth), ...middle, ...sees, ...(tail === p99 ? p99 : ['tail'])],
    [phrase.padEnd(verdictWidth), ...middle, ...sees],
    [phrase.padEnd(verdictWidth), ...middle],
  ]
  return fitLine(variants.map(joinParts), width)
}

/** Wide enough for `? inconclusive` and for `1000 ms x 1000`. */
const verdictWidth = 14
const labelWidth = 14

function joinParts(parts: readonly string[]): string {
  return parts.join('  ').trimEnd()
}

function effectPhrase(result: CaseResult | LatencyResult): string {
  if (result.overheadMs !== null) return formatEffect(result.overheadMs)
  const offload = result.arms.offload
  return offload === undefined ? 'no samples' : `offload mean ${formatMs(offload.mean)}`
}

/** What the reader must not miss about a case, in words that get fewer. */
function warningForms(result: CaseResult): string[] {
  if (result.faults.length > 0) {
    const count = result.faults.reduce((sum, fault) => sum + fault.count, 0)
    const phrase = `${count} ${count === 1 ? 'fault' : 'faults'}`
    return [`${phrase}: ${result.faults.map((fault) => fault.kind).join(', ')}`, phrase, 'faults']
  }
  const overhead = result.overheadMs
  if (overhead?.hasTail === true) {
    const mean = `mean ${formatMs(overhead.mean)}`
    return [`${mean}, tail: see p99`, `tail: ${mean}`, 'tail']
  }
  return []
}
