/** Counts over units: how often the analysis was wrong, where we know what is right. */
import type { Mode } from '../record/plan.ts'
import { clopperPearson } from '../stats/clopper-pearson.ts'
import { normalQuantile } from '../stats/normal.ts'
import { quantile } from '../stats/quantile.ts'
import { isSound, type SoundUnit, type Unit } from './record.ts'

/**
 * Levels that alarms are counted at. The last one is what decides: 1 % over five latencies by Holm, of which
 * the first has to pass 1 % / 5.
 */
export const alphas = [0.05, 0.01, 0.002] as const
export const decidingAlpha = 0.002
export const familySize = 5

/** A count, and the one-sided 95 % Clopper-Pearson bounds of the rate behind it. */
export interface Rate {
  readonly events: number
  readonly trials: number
  readonly atLeast: number
  readonly atMost: number
}

export interface Tally {
  readonly mode: Mode
  readonly latencyMs: number
  readonly blocks: number
  readonly units: number
  /** Units with faults: no answer, and counted nowhere else. */
  readonly faulty: number
  /** A/A comparisons that raised an alarm, at each of `alphas`. */
  readonly alarms: readonly Rate[]
  /** Of each sealed size, how many were found at the deciding level, and how many intervals held it. */
  readonly injections: readonly { readonly ms: number; readonly found: Rate; readonly held: Rate }[]
  readonly variation: Variation
}

/** How the estimate of what an offload adds differs from unit to unit. All in ms but `relative`. */
export interface Variation {
  readonly mean: number
  readonly deviation: number
  readonly lowest: number
  readonly highest: number
  /** What the intervals of single units make one expect as deviation, if nothing changed in between. */
  readonly expected: number
  /** Median over the units of the robust deviation of a block difference. */
  readonly spread: number
}

/** One tally for each mode, latency and size; null rates do not exist, so at least one sound unit each. */
export function tallyUnits(units: readonly Unit[]): Tally[] {
  const groups = Map.groupBy(units, ({ mode, latencyMs, blocks }) => `${mode} ${latencyMs} ${blocks}`)
  return [...groups.values()].flatMap((group) => {
    const sound = group.filter(isSound)
    return sound.length === 0 ? [] : [tallyGroup(group.length, sound)]
  })
}

function tallyGroup(units: number, sound: readonly SoundUnit[]): Tally {
  const { mode, latencyMs, blocks } = sound[0] as SoundUnit
  const sizes = [...new Set(sound.map(({ injected }) => injected))].toSorted((a, b) => b - a)
  return {
    mode,
    latencyMs,
    blocks,
    units,
    faulty: units - sound.length,
    alarms: alphas.map((alpha) => rateOf(sound, ({ twin }) => twin.p <= alpha)),
    injections: sizes.map((ms) => {
      const own = sound.filter(({ injected }) => injected === ms)
      return {
        ms,
        found: rateOf(own, ({ slower }) => slower.p <= decidingAlpha && slower.estimate > 0),
        held: rateOf(
          own,
          ({ slower: { lower, upper } }) => lower !== null && upper !== null && lower <= ms && ms <= upper,
        ),
      }
    }),
    variation: variationOf(sound),
  }
}

function rateOf(units: readonly SoundUnit[], holds: (unit: SoundUnit) => boolean): Rate {
  return boundRate(units.filter(holds).length, units.length)
}

export function boundRate(events: number, trials: number): Rate {
  const { lower, upper } = clopperPearson(events, trials, 0.9)
  return { events, trials, atLeast: lower, atMost: upper }
}

function variationOf(sound: readonly SoundUnit[]): Variation {
  const estimates = sound.map(({ overhead }) => overhead.estimate)
  const mean = estimates.reduce((sum, value) => sum + value, 0) / estimates.length
  const squares = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const widths = sound.map(({ overhead }) => (overhead.upper ?? Infinity) - (overhead.lower ?? -Infinity))
  return {
    mean,
    deviation: Math.sqrt(squares / Math.max(1, estimates.length - 1)),
    lowest: Math.min(...estimates),
    highest: Math.max(...estimates),
    expected: quantile(widths, 0.5) / (2 * normalQuantile(0.975)),
    spread: quantile(
      sound.map(({ overhead }) => overhead.spread),
      0.5,
    ),
  }
}
