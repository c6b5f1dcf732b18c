import type { RoundNotes, VersionContrast, VersionFigures, Versions } from '../../record/versions.ts'
import { toMs } from '../../record/units.ts'
import { quantile } from '../../stats/quantile.ts'
import { differences } from '../blinded-analysis.ts'
import { estimateEffect } from '../effect.ts'
import { placeboLevel, placeboToleranceMs } from '../placebo.ts'
import type { Round } from './measure-round.ts'
import type { SubjectPair } from './subjects.ts'

const resamples = 1_999

type Records = Pick<Versions, 'design' | 'subjects'>
type Figures = Pick<Versions, 'figures' | 'contrasts' | 'repeatMs'>

/** Everything that is said of rounds, from their records alone. Rounds with a fault are in none of it. */
export function computeVersionFigures(
  { design, subjects }: Records,
  pairs: readonly SubjectPair[],
  rounds: readonly Round[],
): Figures {
  const sound = rounds.filter(({ notes }) => notes.faults.length === 0)
  const blocksOf = (sleepMs: number, subject: string): Blocks =>
    gather(
      sound.filter(({ notes }) => notes.sleepMs === sleepMs),
      subject,
    )
  const sleeps = design.sleepsMs.filter((sleepMs) => sound.some(({ notes }) => notes.sleepMs === sleepMs))
  // Bonferroni: that one of a sleep's differences misses the truth happens as seldom as with a single one.
  const level = 1 - (1 - design.level) / Math.max(1, pairs.length)
  const differenceNs = (sleepMs: number, { subject, reference }: SubjectPair): number[] =>
    differences(blocksOf(sleepMs, subject).overheadNs, blocksOf(sleepMs, reference).overheadNs)
  const repeated = subjects.flatMap(({ name, repeats }) =>
    repeats === null
      ? []
      : sleeps.flatMap((sleepMs) => differenceNs(sleepMs, { subject: name, reference: repeats })),
  )
  return {
    figures: sleeps.flatMap((sleepMs) =>
      subjects.map(({ name }): VersionFigures => {
        const { bypassNs, sleepNs, overheadNs } = blocksOf(sleepMs, name)
        return {
          sleepMs,
          subject: name,
          bypassMedianMs: toMs(quantile(bypassNs, 0.5)),
          sleepMeanMs: toMs(sleepNs.reduce((sum, ns) => sum + ns, 0) / sleepNs.length),
          overheadMs: estimateEffect(overheadNs, { level: design.level, resamples }),
        }
      }),
    ),
    contrasts: sleeps.flatMap((sleepMs) =>
      pairs.map((pair): VersionContrast => ({
        sleepMs,
        ...pair,
        differenceMs: estimateEffect(differenceNs(sleepMs, pair), { level, resamples }),
      })),
    ),
    repeatMs: repeated.length === 0 ? null : estimateEffect(repeated, { level: placeboLevel, resamples }),
  }
}

interface Blocks {
  readonly bypassNs: readonly number[]
  readonly sleepNs: readonly number[]
  readonly overheadNs: readonly number[]
}

function gather(rounds: readonly Round[], subject: string): Blocks {
  const samples = rounds.flatMap((round) => round.samples.filter((one) => one.subject === subject))
  const bypassNs = samples.flatMap((one) => one.bypassNs)
  const sleepNs = samples.flatMap((one) => one.sleepNs)
  const netNs = differences(
    samples.flatMap((one) => one.offloadNs),
    sleepNs,
  )
  return { bypassNs, sleepNs, overheadNs: differences(netNs, bypassNs) }
}

/** What the rounds come to: faults go before what is missing, and both before distrust of the whole. */
export function concludeVersions(
  { design, subjects }: Records,
  rounds: readonly Round[],
  { repeatMs }: Pick<Figures, 'repeatMs'>,
): Pick<Versions, 'outcome' | 'reasons'> {
  const notes = rounds.map((round) => round.notes)
  const faults = notes.filter((one) => one.faults.length > 0)
  if (faults.length > 0) return { outcome: 'invalid', reasons: faults.map(describeFaults) }
  const planned = design.rounds * design.sleepsMs.length
  if (rounds.length < planned) {
    return { outcome: 'incomplete', reasons: [`${rounds.length} of ${planned} rounds are there`] }
  }
  const lateStarts = notes.reduce((sum, one) => sum + one.lateStarts, 0)
  const requests = rounds.length * design.blocksPerRound * subjects.length * 2
  const distrust = [
    ...(lateStarts <= design.lateShare * requests
      ? []
      : [`${lateStarts} of ${requests} requests started late: a busy machine; run again`]),
    ...(repeatMs === null || Math.abs(repeatMs.estimate) <= placeboToleranceMs || !excludesNought(repeatMs)
      ? []
      : [
          `an HAProxy measured twice differs from itself by ${repeatMs.estimate.toFixed(3)} ms, ` +
            `${repeatMs.count} blocks: differences between releases can't be told from that`,
        ]),
  ]
  return { outcome: distrust.length > 0 ? 'invalid' : 'measured', reasons: distrust }
}

function describeFaults({ round, sleepMs, faults }: RoundNotes): string {
  return `agent sleeps ${sleepMs} ms, boot ${round + 1}: ${faults.length} faults, the first one: ${faults[0]}`
}

function excludesNought({ lower, upper }: { lower: number | null; upper: number | null }): boolean {
  return (lower !== null && lower > 0) || (upper !== null && upper < 0)
}
