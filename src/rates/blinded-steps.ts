import type { ArmStep, RatesPlan, RoundShift, Stretch, StretchCpu } from '../record/rates.ts'
import { toMs, toNs } from '../record/units.ts'
import { hodgesLehmann } from '../stats/hodges-lehmann.ts'
import { countAtLeast, countBins, mergeBins, quantileOfBins } from '../stats/latency-histogram.ts'
import { p99MinimumCount, quantile } from '../stats/quantile.ts'
import { signedRankInterval } from '../stats/signed-rank.ts'
import { scoredBody, unscoredBody } from './boot-cell.ts'
import { isOurs, lateStartMs, lateTailLimit, nameSaturated } from './saturation.ts'

/** A step with codes in the place of arms. Differences are code 1 - code 0. */
export interface BlindedStep {
  readonly cell: string
  readonly rate: number
  readonly codes: readonly [ArmStep, ArmStep]
  readonly differenceMs: RoundShift | null
  readonly differenceP99Ms: RoundShift | null
}

/**
 * The figures of every step of which both codes have all rounds, from their counts alone: it has no branch that
 * depends on a code, so that exchanging the codes exchanges the figures and turns the differences around.
 */
export function analyseSteps(plan: RatesPlan, stretches: readonly Stretch[]): BlindedStep[] {
  return plan.cells.flatMap((cell) => {
    const steps = cell.rates.flatMap((rate): BlindedStep[] => {
      const [zero, one] = [0, 1].map((code) =>
        stretches
          .filter((stretch) => stretch.cell === cell.id && stretch.rate === rate && stretch.code === code)
          .toSorted((a, b) => a.round - b.round),
      )
      if (zero?.length !== plan.rounds || one?.length !== plan.rounds) return []
      const difference = (probability: number): RoundShift | null =>
        overRounds(
          one.map((stretch, round) => {
            const [ms, otherMs] = [
              latencyQuantile([stretch], probability),
              latencyQuantile([zero[round] as Stretch], probability),
            ]
            return ms === null || otherMs === null ? null : ms - otherMs
          }),
          plan.level,
        )
      const hasTails = [...zero, ...one].every(hasTail)
      return [
        {
          cell: cell.id,
          rate,
          codes: [summariseArm(zero, plan.level), summariseArm(one, plan.level)],
          differenceMs: difference(0.5),
          differenceP99Ms: hasTails ? difference(0.99) : null,
        },
      ]
    })
    return claimBelowOurs(steps)
  })
}

/** Where we fell behind at a rate, what is seen at a higher one is not claimed either. */
function claimBelowOurs(steps: readonly BlindedStep[]): BlindedStep[] {
  const firstOurs = [0, 1].map((code) => steps.findIndex(({ codes }) => codes[code]?.isOurs === true))
  return steps.map(({ codes: [zero, one], ...step }, place) => {
    const isAbove = firstOurs.map((first) => first >= 0 && place > first)
    const codes = [
      { ...zero, isOurs: zero.isOurs || isAbove[0] === true },
      { ...one, isOurs: one.isOurs || isAbove[1] === true },
    ] as const
    return { ...step, codes }
  })
}

function summariseArm(rounds: readonly Stretch[], level: number): ArmStep {
  const service = mergeBins(rounds.map((stretch) => stretch.service))
  const lateness = mergeBins(rounds.map((stretch) => stretch.lateness))
  const starts = countBins(lateness)
  const windowMs = sum(rounds.map(({ windowNs }) => windowNs)) / 1e6
  const share = (used: (stretch: Stretch) => number | null): number | null => {
    const all = rounds.map(used)
    return all.every((ms) => ms !== null) ? sum(all) / windowMs : null
  }
  const mean = (of: (stretch: Stretch) => number): number => sum(rounds.map(of)) / rounds.length
  const shares = {
    haproxyThread: share(({ cpu }) => cpu.haproxyThreadMs),
    agent: share(({ cpu }) => cpu.agentMs),
    client: share(({ cpu }) => cpu.clientMs) ?? 0,
    clientUtilisation: mean(({ cpu }) => cpu.clientUtilisation),
    agentUtilisation: mean(({ cpu }) => cpu.agentUtilisation),
    machine: meanOfKnown(rounds.map(({ cpu }) => takenShare(cpu))),
  }
  const saturated = nameSaturated(shares)
  const lateShare = starts === 0 ? 0 : countAtLeast(lateness, toNs(lateStartMs)) / starts
  return {
    arrivals: sum(rounds.map(({ arrivals }) => arrivals)),
    unanswered: sum(rounds.map(({ unanswered }) => unanswered)),
    failed: sum(rounds.flatMap(({ failures }) => Object.values(failures))),
    scored: sum(rounds.map(({ bodies }) => bodies[scoredBody] ?? 0)),
    unscored: sum(rounds.map(({ bodies }) => bodies[unscoredBody] ?? 0)),
    answeredPerSecond: quantile(
      rounds.map(({ answeredInWindow, windowNs }) => (answeredInWindow * 1e9) / windowNs),
      0.5,
    ),
    answeredShare: quantile(
      rounds.map(({ answeredInWindow, arrivals }) => (arrivals === 0 ? 1 : answeredInWindow / arrivals)),
      0.5,
    ),
    medianMs: overRounds(
      rounds.map((stretch) => latencyQuantile([stretch], 0.5)),
      level,
    ),
    p99Ms: rounds.every(hasTail)
      ? overRounds(
          rounds.map((stretch) => latencyQuantile([stretch], 0.99)),
          level,
        )
      : null,
    pooledP99Ms:
      sum(rounds.map(countLatencies)) >= p99MinimumCount ? toMs(latencyQuantile(rounds, 0.99)) : null,
    serviceP99Ms: countBins(service) >= p99MinimumCount ? toMs(quantileOfBins(service, 0.99)) : null,
    latenessP99Ms: starts === 0 ? null : toMs(quantileOfBins(lateness, 0.99)),
    lateShare,
    mostInFlight: Math.max(...rounds.map(({ mostInFlight }) => mostInFlight)),
    ...shares,
    steal: meanOfKnown(rounds.map(({ cpu }) => cpu.stealShare)),
    others: meanOfKnown(rounds.map(({ cpu }) => cpu.otherShare)),
    saturated,
    isTailOurs: lateShare > lateTailLimit,
    isOurs: isOurs(saturated, lateShare),
  }
}

/** Of the machine: what a hypervisor gave to somebody else was not to be had either. */
function takenShare({ busyShare = null, stealShare }: StretchCpu): number | null {
  return busyShare === null || stealShare === null ? null : busyShare + stealShare
}

/** null when one is not known. */
function meanOfKnown(values: readonly (number | null)[]): number | null {
  return values.every((value) => value !== null) ? sum(values) / values.length : null
}

function hasTail(stretch: Stretch): boolean {
  return countLatencies(stretch) >= p99MinimumCount
}

/** Requests that were to start in the window and came to an end that is no answer. */
function countFailed({ arrivals, answered, unanswered }: Stretch): number {
  return Math.max(0, arrivals - answered - unanswered)
}

function countLatencies(stretch: Stretch): number {
  return countBins(stretch.latency) + countFailed(stretch)
}

/**
 * Of the latencies, every request that failed slower than all that did not: one that is refused at once is not fast.
 * null where the quantile falls among those, or where nothing came.
 */
function latencyQuantile(stretches: readonly Stretch[], probability: number): number | null {
  const bins = mergeBins(stretches.map(({ latency }) => latency))
  const failed = sum(stretches.map(countFailed))
  const timed = countBins(bins)
  if (timed === 0) return null
  // Not by way of a rank: it would not be the same number to the last bit.
  if (failed === 0) return quantileOfBins(bins, probability)
  const rank = probability * (timed + failed)
  return rank > timed ? null : quantileOfBins(bins, rank / timed)
}

/** @param valuesNs one a round; no figure where a round has none */
function overRounds(valuesNs: readonly (number | null)[], level: number): RoundShift | null {
  if (!valuesNs.every((ns) => ns !== null)) return null
  const { lower, upper } = signedRankInterval(valuesNs, { level, sides: 'two' })
  return {
    estimate: toMs(hodgesLehmann(valuesNs)),
    lower: toMs(lower),
    upper: toMs(upper),
    count: valuesNs.length,
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
