import { expect, test } from 'vitest'
import type { SubjectRecord, VersionsDesign } from '../../record/versions.ts'
import { computeVersionFigures, concludeVersions } from './figures.ts'
import type { Round } from './measure-round.ts'

const design: VersionsDesign = {
  sleepsMs: [10],
  rounds: 2,
  blocksPerRound: 40,
  warmUpBlocks: 0,
  intervalMs: 3,
  jitterMs: 1,
  lateShare: 0.02,
  level: 0.95,
}
const subject = (name: string, repeats: string | null = null): SubjectRecord => ({
  name,
  version: name,
  source: 'download',
  buildHash: '',
  nbthread: 1,
  repeats,
})
const head = { design, subjects: [subject('old'), subject('new'), subject('new again', 'new')] }
const pairs = [{ subject: 'new', reference: 'old' }]

interface Machine {
  /** ms that each HAProxy adds beyond the sleep. */
  readonly addedMs?: Readonly<Record<string, number>>
  readonly lateStarts?: number
  readonly faults?: readonly string[]
}

/** Noise that a whole block shares, sleeps that vary, and an overhead of each HAProxy's own. */
function round(number: number, { addedMs = {}, lateStarts = 0, faults = [] }: Machine = {}): Round {
  const bypassNs = Array.from({ length: 40 }, (_, block) => 500_000 + ((block * 7919 + number) % 31) * 10_000)
  const sleepNs = bypassNs.map((_, block) => 10_000_000 + ((block * 104_729) % 17) * 30_000)
  return {
    notes: { round: number, sleepMs: 10, lateStarts, timedHellos: 0, faults: [...faults] },
    samples: head.subjects.map(({ name }) => ({
      round: number,
      sleepMs: 10,
      subject: name,
      bypassNs,
      sleepNs,
      offloadNs: bypassNs.map(
        (ns, block) => ns + (sleepNs[block] ?? 0) + 1e6 * (addedMs[name] ?? 0.3) + (block % 3) * 1000,
      ),
    })),
  }
}

test('overhead less the sleep, and differences inside blocks', () => {
  const addedMs = { old: 0.3, new: 0.2, 'new again': 0.2 }
  const { figures, contrasts, repeatMs } = computeVersionFigures(head, pairs, [
    round(0, { addedMs }),
    round(1, { addedMs }),
  ])
  expect(figures.map((one) => [one.subject, one.overheadMs.count])).toEqual([
    ['old', 80],
    ['new', 80],
    ['new again', 80],
  ])
  expect(figures[0]?.overheadMs.estimate).toBeCloseTo(0.301, 3)
  expect(figures[1]?.overheadMs.estimate).toBeCloseTo(0.201, 3)
  expect(contrasts).toMatchObject([{ subject: 'new', reference: 'old' }])
  expect(contrasts[0]?.differenceMs.estimate).toBeCloseTo(-0.1, 9)
  expect(repeatMs).toMatchObject({ estimate: 0, lower: 0, upper: 0, count: 80, level: 0.995 })
})

test('the more pairs there are, the wider each interval: they hold together', () => {
  const level = (count: number): number | undefined =>
    computeVersionFigures(head, Array.from({ length: count }, () => pairs).flat(), [round(0)]).contrasts[0]
      ?.differenceMs.level
  expect(level(1)).toBeCloseTo(0.95)
  expect(level(6)).toBeCloseTo(1 - 0.05 / 6)
})

function conclude(...rounds: readonly Round[]): ReturnType<typeof concludeVersions> {
  return concludeVersions(head, rounds, computeVersionFigures(head, pairs, rounds))
}

test('all rounds, nothing to say against them', () => {
  expect(conclude(round(0), round(1))).toEqual({ outcome: 'measured', reasons: [] })
})

test('a round that is missing', () => {
  expect(conclude(round(0))).toEqual({ outcome: 'incomplete', reasons: ['1 of 2 rounds are there'] })
})

test('a round with a fault is in no figure and makes the run invalid', () => {
  const faulty = round(1, { faults: ['request 7 proves nothing', 'and another'] })
  const { figures } = computeVersionFigures(head, pairs, [round(0), faulty])
  expect(figures[0]?.overheadMs.count).toBe(40)
  expect(conclude(round(0), faulty)).toEqual({
    outcome: 'invalid',
    reasons: ['agent sleeps 10 ms, boot 2: 2 faults, the first one: request 7 proves nothing'],
  })
})

test('more than 2 % late starts', () => {
  // 2 rounds of 40 blocks of 6 requests: 9.6 are 2 %.
  expect(conclude(round(0, { lateStarts: 9 }), round(1))).toMatchObject({ outcome: 'measured' })
  expect(conclude(round(0, { lateStarts: 9 }), round(1, { lateStarts: 1 }))).toEqual({
    outcome: 'invalid',
    reasons: ['10 of 480 requests started late: a busy machine; run again'],
  })
})

test('an HAProxy that differs from itself, by more than 0.02 ms', () => {
  const measured = (again: number): ReturnType<typeof conclude> => {
    const addedMs = { 'new again': 0.3 + again }
    return conclude(round(0, { addedMs }), round(1, { addedMs }))
  }
  expect(measured(0.015)).toMatchObject({ outcome: 'measured' })
  expect(measured(-0.03)).toEqual({
    outcome: 'invalid',
    reasons: [
      expect.stringContaining('an HAProxy measured twice differs from itself by -0.030 ms, 80 blocks'),
    ],
  })
})
