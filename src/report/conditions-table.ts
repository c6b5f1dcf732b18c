import type { Host } from '../record/host.ts'
import type { Effect } from '../record/run.ts'
import { standardErrorOf } from '../stats/power.ts'
import { formatInterval, formatMs } from './format.ts'

/** What one setting measured. */
export interface ConditionRow {
  readonly name: string
  readonly effect: Effect
  readonly lateStarts: number
}

/** Two rows of which the second differs from the first in one thing, and a sentence on it. */
export interface Contrast {
  readonly first: string
  readonly second: string
  readonly says: string
}

/** The figures of every setting, and what changing one thing did. */
export function renderConditions(
  rows: readonly ConditionRow[],
  contrasts: readonly Contrast[],
  host: Host,
): string {
  const width = Math.max(...rows.map(({ name }) => name.length))
  return [
    `HAProxy ${host.haproxy.version}, Node ${host.node}; ${describeMode(host)}`,
    `ms beyond the wait that was asked for, 95 % intervals`,
    ...rows.map(({ name, effect, lateStarts }) =>
      [
        name.padEnd(width),
        formatMs(effect.estimate).padStart(9),
        formatInterval(effect.lower, effect.upper),
        `spread ${formatMs(effect.spread)}, ${effect.count} blocks, ${lateStarts} late`,
      ].join('  '),
    ),
    '',
    ...contrasts.flatMap((contrast) => renderContrast(contrast, rows)),
  ].join('\n')
}

function describeMode({ keepAwake }: Host): string {
  if (keepAwake.mode === 'awake') return 'kept awake where the name does not say as is'
  return `left as is in every row${keepAwake.reason === null ? '' : `: ${keepAwake.reason}`}`
}

/** Settings take turns and share no block, so the errors of two rows add as squares. */
function renderContrast({ first, second, says }: Contrast, rows: readonly ConditionRow[]): string[] {
  const [one, other] = [first, second].map((name) => rows.find((row) => row.name === name)?.effect)
  if (one === undefined || other === undefined) return []
  const errors = [one, other].map((effect) => standardErrorOf(effect, effect.level))
  const [oneError, otherError] = errors
  if (oneError == null || otherError == null) return [`${says}: too few blocks.`]
  const difference = other.estimate - one.estimate
  const reach = 1.96 * Math.hypot(oneError, otherError)
  const interval = formatInterval(difference - reach, difference + reach)
  const size = formatMs(Math.abs(difference))
  if (Math.abs(difference) <= reach)
    return [`${says}: no difference shown, ${formatMs(difference)} ${interval}.`]
  return [`${says}: ${size} ${difference > 0 ? 'more' : 'less'} ${interval}.`]
}
