import { stealLimit } from '../stats/health-limits.ts'
import type { PlaceboSoFar } from '../trial/placebo.ts'
import { formatMs } from './format.ts'

/** How a run is while it goes on. What is null is not known yet; what is absent can't be known here. */
export interface Health {
  /** Placebo less bypass, of the cases that are open. */
  readonly placebo?: PlaceboSoFar | null
  /** Share of a case's starts that were later than `startDelayLimitMs` (health-limits.ts). */
  readonly lateShare?: number | null
  /** Share of processor time that the hypervisor gave to somebody else, since the case began. */
  readonly stealShare?: number | null
}

/** Mark and words; a colour adds nothing to them. */
interface Light {
  readonly mark: '✓' | '!' | '·'
  readonly words: string
}

/** A twentieth: what the warning of a finished case, a 95th percentile, comes to. */
const lateShareLimit = 0.05

/** The lights of a run, each against the limit at which the finished case or run warns. */
function lightsOf({ placebo, lateShare, stealShare }: Health): Light[] {
  return [
    ...light('placebo', placebo, ({ estimateMs, isBeyond }) => (isBeyond ? formatMs(estimateMs) : null)),
    ...light('steal', stealShare, (share) => (share > stealLimit ? percent(share) : null)),
    ...light('event loop', lateShare, (share) => (share > lateShareLimit ? `${percent(share)} late` : null)),
  ]
}

/** All lights on one line, `✓ placebo  ✓ steal  ! event loop 7.0 % late`; '' where there are none. */
export function renderLights(health: Health): string {
  return lightsOf(health)
    .map(({ mark, words }) => `${mark} ${words}`)
    .join('  ')
}

/** The same in 80 columns, beside the rest of a progress line. */
export function renderTightLights(health: Health): string {
  return lightsOf(health)
    .map(({ mark, words }) => `${mark} ${words.replace('event ', '')}`)
    .join(' ')
}

/** The same where there is less room still: `✓ health`, or only what is not well. */
export function renderShortLights(health: Health): string {
  const lights = lightsOf(health)
  const bad = lights.filter(({ mark }) => mark === '!')
  if (bad.length > 0) return bad.map(({ words }) => `! ${words}`).join('  ')
  if (lights.length === 0) return ''
  return lights.some(({ mark }) => mark === '✓') ? '✓ health' : '· health'
}

function light<T>(
  name: string,
  figure: T | null | undefined,
  complain: (figure: T) => string | null,
): Light[] {
  if (figure === undefined) return []
  if (figure === null) return [{ mark: '·', words: name }]
  const complaint = complain(figure)
  return [complaint === null ? { mark: '✓', words: name } : { mark: '!', words: `${name} ${complaint}` }]
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}
