import type { RatesCell, RatesPlan } from '../record/rates.ts'
import { p99MinimumCount } from '../stats/quantile.ts'
import { identifyCode } from '../trial/code-identity.ts'
import { TrialError } from '../trial/trial-error.ts'
import { keepUpShare, kneeFactor } from './knee.ts'
import { fullShare, lateShareLimit, lateStartMs, lateTailLimit } from './saturation.ts'

/** Parts of what an HAProxy answers at most with the offload. */
const fractions = [0.1, 0.3, 0.5, 0.7, 0.85, 1, 1.2, 1.5]
const warmUpMs = 150
const drainMs = 2_000
/** Beside warm-up and window: connections, messages between threads, answers that are waited for. */
const stretchOverheadMs = 60
export const bootMs = 250
/** A window for fewer is none. */
const leastWindowMs = 200
/** Arrivals of a window that are to make a p99 by themselves, with what chance takes away. */
const tailArrivals = 1.12 * p99MinimumCount
/** A window is made so many times longer for them at most. */
const mostStretching = 4

export interface RatesDesign {
  readonly runId: string
  readonly startedAt: string
  readonly cells: readonly RatesCell[]
  readonly rounds: number
  /** For all cells. */
  readonly seconds: number
  readonly level: number
}

/** Rates from a tenth of a capacity to past it, to two digits. */
export function ratesOf(capacity: number): number[] {
  return fractions.map((fraction) => Number((fraction * capacity).toPrecision(2)))
}

/** The plan that takes so long, its windows as long as that allows. @throws {TrialError} `usage` when time is too short */
export function planRates({ seconds, ...design }: RatesDesign): RatesPlan {
  const plan = (windowMs: number): RatesPlan => ({
    schema: 'spoe-bench/rates-plan/1',
    ...design,
    seconds,
    cells: [...design.cells],
    code: identifyCode(),
    windowMs,
    warmUpMs,
    drainMs,
    rules: rulesOf(design),
  })
  const least = planDurationMs(plan(leastWindowMs))
  if (least > seconds * 1000) {
    throw new TrialError(
      'usage',
      `Expected --seconds to leave every stretch ${leastWindowMs} ms, which takes ${Math.ceil(least / 1000)} for ` +
        `${design.cells.length} cells, got ${seconds}: name more, or fewer --steps or --rounds.`,
    )
  }
  let [fits, tooLong] = [leastWindowMs, seconds * 1000]
  while (tooLong - fits > 1) {
    const windowMs = Math.floor((fits + tooLong) / 2)
    if (planDurationMs(plan(windowMs)) <= seconds * 1000) fits = windowMs
    else tooLong = windowMs
  }
  return plan(fits)
}

type Schedule = Pick<RatesPlan, 'windowMs' | 'warmUpMs'>
interface RatesOfCells extends Pick<RatesPlan, 'rounds'> {
  readonly cells: readonly Pick<RatesCell, 'rates'>[]
}

/** What so many cells of one release take at least, in s: exactly so much where the rates are known. */
export function leastSeconds(cells: number, rates: readonly number[] | null, rounds: number): number {
  // Rates that are not known yet may be high ones, which get no longer windows.
  const own = [...(rates ?? fractions.map(() => Number.POSITIVE_INFINITY))]
  const schedule = { windowMs: leastWindowMs, warmUpMs, rounds }
  const all = Array.from({ length: cells }, () => ({ rates: own }))
  return Math.ceil(planDurationMs({ ...schedule, cells: all }) / 1000)
}

/** Low rates get longer windows, so that each makes a p99 by itself. */
export function windowMsOf({ windowMs }: Pick<RatesPlan, 'windowMs'>, rate: number): number {
  const forTail = Math.ceil((tailArrivals / rate) * 1000)
  return Math.max(windowMs, Math.min(forTail, mostStretching * windowMs))
}

export function stretchDurationMs(plan: Schedule, rate: number): number {
  return plan.warmUpMs + windowMsOf(plan, rate) + stretchOverheadMs
}

export function planDurationMs(plan: Schedule & RatesOfCells): number {
  const roundMs = plan.cells.reduce((sum, cell) => sum + bootMs + cellDurationMs(plan, cell), 0)
  return plan.rounds * roundMs
}

/** In all rounds: every rate with both codes. */
export function countStretches({ rounds, cells }: RatesPlan): number {
  return rounds * cells.reduce((sum, { rates }) => sum + 2 * rates.length, 0)
}

/** Of one round: every rate with both codes. */
export function cellDurationMs(plan: Schedule, cell: Pick<RatesCell, 'rates'>): number {
  return 2 * cell.rates.reduce((sum, rate) => sum + stretchDurationMs(plan, rate), 0)
}

/** What a run is judged by, in words. */
export function rulesOf({ level, rounds }: Pick<RatesDesign, 'level' | 'rounds'>): string[] {
  return [
    'arrivals are Poisson and open: a request starts when it was to start, whatever became of those before',
    'latency: from the intended start to the last byte of the answer; what has no answer by the end counts with what it took until then, what failed as slower than all else',
    `overhead: median of offload - median of bypass at the same rate in the same round; Hodges-Lehmann over ${rounds} rounds, signed-rank interval at ${level}`,
    `p99: of ${p99MinimumCount} requests or more, over rounds as the overhead`,
    `a step holds when answers in the window are at least ${keepUpShare} of its arrivals in the median round and the interval of the median latency ends at or below ${kneeFactor} times that of the lowest rate, and does not when answers are fewer or the interval begins above that; without an interval nothing is claimed`,
    `full: ${fullShare} of a core, of an event loop, or of all cores of the machine`,
    `a p99 is ours, and not claimed, when more than ${lateTailLimit} of our starts are later than ${lateStartMs} ms; a step is, and nothing is claimed of it, when more than ${lateShareLimit} are, when the client is full and nothing is fuller, or when the machine is full, nor of what the same arm does at higher rates`,
    'invalid: an answer of bypass with a score, of offload without one in a step that it holds, a request of an arm that failed in a step that this arm holds',
    'nothing is dropped for being slow, nothing is repeated',
  ]
}
