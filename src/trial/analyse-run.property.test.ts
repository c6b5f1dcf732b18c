import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ArmName, Plan } from '../record/plan.ts'
import type { TailEffect } from '../record/run.ts'
import type { Exchange, SampleLine } from '../record/samples.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { analyseRun, renderRun } from './analyse-run.ts'
import { analyseBlinded } from './blinded-analysis.ts'
import { groupByCase } from './case-records.ts'
import { mirrorEffect } from './effect.ts'
import { testLatency } from './margin-family.ts'
import { openCase } from './open-case.ts'
import { testPlan } from './testing/test-plan.ts'
import type { RunRecords } from './run-folder.ts'
import { type Made, syntheticRecords } from './testing/synthetic-run.ts'

const arms: ArmName[] = ['bypass', 'placebo', 'offload']

function planOf(agentSleepsMs: number[], requests: number): Plan {
  return testPlan({
    arms,
    agentSleepsMs,
    requests: [requests],
  })
}

/** Noise of some shape, with ties or without, and an overhead that may be nought or below. */
const madeArbitrary: fc.Arbitrary<Made> = fc
  .record({
    noiseNs: fc.constantFrom(2, 1_000, 400_000),
    addedNs: fc.integer({ min: -100_000, max: 3_000_000 }),
    stallEvery: fc.integer({ min: 5, max: 40 }),
  })
  .map(({ noiseNs, addedNs, stallEvery }): Made => (arm, latencyMs, random) => {
    const sleepNs = arm === 'offload' ? latencyMs * 1_000_000 : 0
    const stallNs = random.below(stallEvery) === 0 ? 5_000_000 : 0
    const added = arm === 'offload' ? addedNs : 0
    return { latencyNs: 500_000 + added + sleepNs + stallNs + random.below(noiseNs), sleepNs }
  })

test('analysed twice, a run is the same bytes, whatever is in it', () => {
  fc.assert(
    fc.property(madeArbitrary, fc.integer({ min: 1, max: 60 }), (make, requests) => {
      const records = syntheticRecords(planOf([0, 10], requests), make)
      const again = JSON.parse(JSON.stringify(records)) as RunRecords
      expect(renderRun(analyseRun(again))).toBe(renderRun(analyseRun(records)))
    }),
    { numRuns: 6 },
  )
})

function mirrorTail(tail: TailEffect | null): TailEffect | null {
  if (tail === null) return null
  const negate = (ms: number | null): number | null => (ms === null ? null : 0 - ms)
  const { estimate, lower, upper, bounds } = tail
  return {
    ...tail,
    estimate: 0 - estimate,
    lower: negate(upper),
    upper: negate(lower),
    bounds: { ...bounds, lower: negate(bounds.upper), upper: negate(bounds.lower) },
  }
}

function exchangeArms(arm: ArmName): ArmName {
  if (arm === 'placebo') return arm
  return arm === 'offload' ? 'bypass' : 'offload'
}

test('relabelling the arms mirrors every figure to the last bit', () => {
  fc.assert(
    fc.property(madeArbitrary, fc.constantFrom(7, 60, 1_000), (make, requests) => {
      const plan = planOf([10], requests)
      const planCase = plan.cases[0]!
      const lines = groupByCase(syntheticRecords(plan, make).lines).get(planCase.id)!
      const { armOfPort } = allocateBlocks(plan, planCase, caseKey(new Uint8Array(32).fill(3), planCase.id))
      const blinded = analyseBlinded(plan, planCase, lines)
      const asIs = openCase(plan, planCase, lines, blinded, armOfPort).result
      const turned = openCase(plan, planCase, lines, blinded, armOfPort.map(exchangeArms)).result
      expect(turned.overheadMs).toEqual(mirrorEffect(asIs.overheadMs!))
      expect(turned.overheadP99).toEqual(mirrorTail(asIs.overheadP99))
      expect(asIs.overheadP99 === null).toBe(requests < 1_000)
    }),
    { numRuns: 6 },
  )
})

test('relabelling the arms exchanges the p-values', () => {
  const sample = fc.array(fc.integer({ min: -3_000_000, max: 3_000_000 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(sample, fc.integer({ min: -2, max: 2 }), (differencesNs, marginMs) => {
      const asIs = testLatency(differencesNs, marginMs)
      const turned = testLatency(
        differencesNs.map((ns) => 0 - ns),
        0 - marginMs,
      )
      expect([turned.within, turned.exceeds]).toEqual([asIs.exceeds, asIs.within])
    }),
  )
})

/** The slowest 3 % of the timed exchanges of a run. */
function slowest({ plan, lines }: RunRecords): Set<Exchange> {
  const warmUp = new Map(plan.cases.map(({ id, warmUpBlocks }) => [id, warmUpBlocks]))
  const timed = lines.flatMap((line) =>
    line.type === 'block' && line.block >= (warmUp.get(line.case) ?? 0) ? line.exchanges : [],
  )
  timed.sort((a, b) => b[4] - b[3] - (a[4] - a[3]))
  return new Set(timed.slice(0, Math.ceil(0.03 * timed.length)))
}

type Deletion = (line: SampleLine, slow: Set<Exchange>) => SampleLine[]

/** Ways to make slow samples disappear, the later ones more cunning. */
const deletions: Record<string, Deletion> = {
  'the exchange alone': (line, slow) =>
    line.type === 'block' ? [{ ...line, exchanges: line.exchanges.filter((one) => !slow.has(one)) }] : [line],
  'the whole block': (line, slow) =>
    line.type === 'block' && line.exchanges.some((one) => slow.has(one)) ? [] : [line],
  'the exchange with its NOTIFY': (line, slow) => {
    if (line.type === 'block') return [{ ...line, exchanges: line.exchanges.filter((one) => !slow.has(one)) }]
    if (line.type !== 'agent') return [line]
    const sources = new Set([...slow].map(([, source]) => source))
    return [{ ...line, notifies: line.notifies.filter(([, source]) => !sources.has(source)) }]
  },
  'a faster request in its place': (line, slow) =>
    line.type === 'block'
      ? [
          {
            ...line,
            exchanges: line.exchanges.map((one) =>
              slow.has(one) ? (line.exchanges.find((other) => !slow.has(other)) ?? one) : one,
            ),
          },
        ]
      : [line],
}

test.for(Object.entries(deletions))('the slowest samples deleted is noticed: %s', ([, remove]) => {
  fc.assert(
    fc.property(madeArbitrary, (make) => {
      const records = syntheticRecords(planOf([0, 10], 50), make)
      expect(analyseRun(records).outcome).not.toBe('invalid')
      const slow = slowest(records)
      const cut = { ...records, lines: records.lines.flatMap((line) => remove(line, slow)) }
      expect(analyseRun(cut).outcome).toBe('invalid')
    }),
    { numRuns: 4 },
  )
})

test('3 % deleted and the blocks behind numbered anew: they are fewer than planned', () => {
  const records = syntheticRecords(planOf([0], 100))
  const slow = slowest(records)
  let next = 0
  const lines = records.lines.flatMap((line): SampleLine[] => {
    if (line.type !== 'block') return [line]
    return line.exchanges.some((one) => slow.has(one)) ? [] : [{ ...line, block: next++ }]
  })
  expect(analyseRun({ ...records, lines })).toMatchObject({ outcome: 'invalid' })
})
