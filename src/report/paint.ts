import { styleText } from 'node:util'

const colours = new Map([
  ['✓', 'green'],
  ['✗', 'red'],
  ['?', 'yellow'],
  ['!', 'magenta'],
] as const)

/**
 * Colours the verdict at the start of each line. The marks and words stay as they are, so that nothing is
 * lost without colour.
 */
export function paintVerdicts(text: string, isColoured: boolean): string {
  if (!isColoured) return text
  let painted = text
  for (const [mark, colour] of colours) {
    const verdict = new RegExp(`^[${mark}]( within| exceeds| inconclusive| no verdict)?`, 'gm')
    painted = painted.replaceAll(verdict, (found) => styleText(colour, found, { validateStream: false }))
  }
  return painted
}
