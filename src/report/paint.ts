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

/**
 * Whether what goes to a stream is coloured: FORCE_COLOR decides where it is set (0 and false are no), then NO_COLOR,
 * then whether it is a terminal that has colours.
 */
export function wantsColour(
  stream: { readonly isTTY?: boolean; hasColors?(): boolean },
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused } = env
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (refused !== undefined && refused !== '') return false
  return stream.isTTY === true && stream.hasColors?.() === true
}

/** Columns of a stream between 60 and 120; 80 where it is no terminal. */
export function columnsOf(stream: { readonly isTTY?: boolean; readonly columns?: number }): number {
  return stream.isTTY === true ? Math.min(120, Math.max(60, stream.columns ?? 80)) : 80
}

const lightColours = { '✓': 'green', '!': 'magenta' } as const

/** Colours the marks of a run's health in a line of progress; marks and words stay. */
export function paintLights(text: string, isColoured: boolean): string {
  if (!isColoured) return text
  return text.replaceAll(/[✓!](?= (?:placebo|steal|event loop|loop|health))/g, (mark) =>
    styleText(lightColours[mark as keyof typeof lightColours], mark, { validateStream: false }),
  )
}
