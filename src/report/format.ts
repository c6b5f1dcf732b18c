import type { Effect } from '../record/run.ts'

/**
 * A time for a sentence, its unit always there: 0.231 ms, 10.31 ms, 102.9 ms, 1,002 ms. Below 10 ms it is
 * kept to the microsecond, the order of what the clock can tell.
 */
export function formatMs(ms: number): string {
  return `${formatDigits(ms)} ms`
}

/** A time for a column that is headed by its unit: always to the microsecond, so that columns subtract. */
export function formatCell(ms: number | null): string {
  return ms === null ? '' : withoutMinusZero(ms.toFixed(3))
}

/** A nominal latency or a margin as it was asked for, nothing rounded away: 1000 ms, 0.25 ms. */
export function formatNominal(ms: number): string {
  return `${ms} ms`
}

/** `[0.220, 0.243]`, in the unit of the estimate that stands before it; too few samples give no number. */
export function formatInterval(
  lower: number | null,
  upper: number | null,
  neededCount: number | null = null,
): string {
  if (lower === null && upper === null) {
    return neededCount === null ? '[insufficient]' : `[insufficient, needs ${neededCount}]`
  }
  return `[${lower === null ? '-inf' : formatDigits(lower)}, ${upper === null ? 'inf' : formatDigits(upper)}]`
}

/** `0.231 ms [0.220, 0.243]` */
export function formatEffect(effect: Effect): string {
  return `${formatMs(effect.estimate)} ${formatInterval(effect.lower, effect.upper, effect.neededCount)}`
}

/** A p-value: two digits that count, and nothing finer than anyone can mean. */
export function formatP(p: number): string {
  return p < 0.0001 ? '< 0.0001' : `= ${Number(p.toPrecision(2))}`
}

/** 0.95 as `95 %`. */
export function formatLevel(level: number): string {
  return `${Number((level * 100).toFixed(2))} %`
}

function formatDigits(ms: number): string {
  // Rounded before the size is looked at: 9.9996 is 10.00, not 10.000.
  for (const [decimals, limit] of digitSteps) {
    const text = ms.toFixed(decimals)
    if (Math.abs(Number(text)) < limit) return withoutMinusZero(text)
  }
  // Grouped here, because Intl follows the ICU that a Node was built with.
  const [sign, digits] = ms < 0 ? ['-', (-ms).toFixed(0)] : ['', ms.toFixed(0)]
  return sign + digits.replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

const digitSteps = [
  [3, 10],
  [2, 100],
  [1, 1000],
] as const

function withoutMinusZero(text: string): string {
  return Number(text) === 0 ? text.replace('-', '') : text
}
