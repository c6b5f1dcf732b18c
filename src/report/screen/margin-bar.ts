import type { Effect } from '../../record/run.ts'
import { formatNominal } from '../format.ts'

/** Beyond the margin there is this much room, as a share of it. */
const roomBeyond = 0.2

/** `├──●──┤   ┊  ` in `width` characters, from 0 to a fifth more than the margin; arrows where it goes on. */
export function marginBar(effect: Effect | null, marginMs: number, width: number): string {
  const cells = Array.from({ length: width }, () => ' ')
  cells[marginColumn(width)] = '┊'
  if (effect === null || effect.lower === null || effect.upper === null) return cells.join('')
  const at = (ms: number): number => Math.floor((ms / (marginMs * (1 + roomBeyond))) * width)
  const [lower, upper, estimate] = [at(effect.lower), at(effect.upper), at(effect.estimate)]
  const [first, last] = [clamp(lower, width), clamp(upper, width)]
  for (let column = first; column <= last; column += 1) cells[column] = '─'
  if (last > first) {
    cells[first] = '├'
    cells[last] = '┤'
  }
  if (estimate === clamp(estimate, width)) cells[estimate] = '●'
  if (lower < 0) cells[0] = '◄'
  if (upper >= width) cells[width - 1] = '►'
  return cells.join('')
}

/** What stands over the bars: `0     2 ms┊`. */
export function marginHeading(marginMs: number, width: number): string {
  const column = marginColumn(width)
  const label = formatNominal(marginMs)
  return `0${label.padStart(column - 1)}┊`
}

function marginColumn(width: number): number {
  return Math.floor(width / (1 + roomBeyond))
}

function clamp(column: number, width: number): number {
  return Math.min(width - 1, Math.max(0, column))
}
