import { expect, test } from 'vitest'
import type { Asked } from '../../record/asked.ts'
import type { SideName } from '../../record/gate-plan.ts'
import type { Random } from '../../record/random.ts'
import type { Run } from '../../record/run.ts'
import { analyseRun } from '../analyse-run.ts'
import { gatePlan, gateRecords, side as ownSide } from './testing.ts'

// A tenth of the resamples: ranks decide here, and no test is of how wide an interval of the bootstrap is.
const plan = { ...gatePlan(), bootstrapResamples: 199 }

/** Base: 0.5 ms and noise; the candidate takes `addedMs` more. */
const slowerBy =
  (addedMs: (latencyMs: number, random: Random) => number, noiseNs = 400_000) =>
  (side: SideName, latencyMs: number, random: Random): number =>
    500_000 +
    random.below(noiseNs) +
    (side === 'candidate' ? Math.round(1e6 * addedMs(latencyMs, random)) : 0)

const verdictsOf = (run: Run): unknown =>
  run.gate?.latencies.map(({ latencyMs, verdict }) => [latencyMs, verdict])

test('a candidate that is as fast passes', () => {
  const run = analyseRun(
    gateRecords(
      plan,
      slowerBy(() => 0),
    ),
  )
  expect(run.outcome).toBe('within')
  expect(verdictsOf(run)).toEqual([
    [0, 'within'],
    [10, 'within'],
  ])
  expect(run.gate?.latencies.map(({ blocks }) => blocks)).toEqual([1000, 2000])
})

test('0.1 ms at one latency is a regression of that one, and is named', () => {
  const run = analyseRun(
    gateRecords(
      plan,
      slowerBy((latencyMs) => (latencyMs === 10 ? 0.1 : 0)),
    ),
  )
  expect(run.outcome).toBe('exceeds')
  expect(verdictsOf(run)).toEqual([
    [0, 'within'],
    [10, 'exceeds'],
  ])
  expect(run.reasons).toEqual([
    expect.stringMatching(/^agents wait 10 ms: the candidate is slower by 0\.1\d\d ms/),
  ])
})

test('two unlucky rounds of eight are no regression, however sure the blocks are together', () => {
  const { warmUpBlocks, requests } = plan.cases[0]!
  const unlucky = 2 * 2 * (warmUpBlocks + requests)
  let asked = 0
  const take = slowerBy((latencyMs) => (latencyMs === 0 && asked <= unlucky ? 1 : 0))
  const run = analyseRun(
    gateRecords(plan, (side, latencyMs, random) => {
      if (latencyMs === 0) asked++
      return take(side, latencyMs, random)
    }),
  )
  const [latency] = run.gate?.latencies ?? []
  expect(latency?.pBlocks).toBeLessThan(0.001)
  expect(latency?.pRounds).toBeGreaterThan(0.01)
  expect(latency?.p).toBe(latency?.pRounds)
  expect(latency?.roundsMs.map((estimateMs) => estimateMs > 0.5)).toEqual([
    true,
    true,
    ...Array.from({ length: 6 }, () => false),
  ])
  expect(run.outcome).toBe('inconclusive')
  expect(run.reasons).toEqual([
    expect.stringMatching(
      /^agents wait 0 ms: the candidate is slower over all blocks, but its rounds differ too much to be sure: -?0\.0\d\d to [01]\.\d{3} ms$/,
    ),
  ])
})

test('processes that differ leave it open, however narrow the interval of all blocks is', () => {
  const { warmUpBlocks, requests } = plan.cases[0]!
  const perRound = 2 * (warmUpBlocks + requests)
  let asked = 0
  // Every other pair of processes is unlucky on one side, the next on the other.
  const run = analyseRun(
    gateRecords(plan, (side, latencyMs, random) => {
      const isSlow = latencyMs === 0 && (side === 'candidate') === (Math.floor(asked / perRound) % 2 === 0)
      if (latencyMs === 0) asked++
      return 500_000 + random.below(50_000) + (isSlow ? 300_000 : 0)
    }),
  )
  const [latency] = run.gate?.latencies ?? []
  expect(latency?.differenceMs?.bounds.upper).toBeLessThan(0.1)
  expect(latency?.overRoundsMs?.bounds.upper).toBeGreaterThan(0.1)
  expect(latency?.verdict).toBe('inconclusive')
})

test('rounds that happen to agree are no regression where the blocks are not sure', () => {
  // Five blocks in all: the smallest p of their ranks is 1 / 32.
  const few = gatePlan({ blocks: 5, rounds: 5 })
  const run = analyseRun(
    gateRecords(
      few,
      slowerBy(() => 0.05, 1),
    ),
  )
  const [latency] = run.gate?.latencies ?? []
  expect(latency).toMatchObject({ pRounds: 0, pBlocks: 1 / 32, p: 1 / 32, verdict: 'within' })
})

test('a single round has no spread, and so no verdict', () => {
  const run = analyseRun(
    gateRecords(
      gatePlan({ rounds: 1 }),
      slowerBy(() => 1),
    ),
  )
  expect(run.gate?.latencies[0]).toMatchObject({ overRoundsMs: null, pRounds: null, p: null, verdict: null })
  expect(run.outcome).toBe('inconclusive')
})

test('a candidate that is faster is no regression', () => {
  expect(
    analyseRun(
      gateRecords(
        plan,
        slowerBy(() => -0.2),
      ),
    ).outcome,
  ).toBe('within')
})

test('slower by less than two processes differ is no regression', () => {
  const run = analyseRun(
    gateRecords(
      plan,
      slowerBy(() => 0.015, 50_000),
    ),
  )
  expect(run.gate?.latencies[0]?.differenceMs?.bounds.lower).toBeGreaterThan(0.01)
  expect(run.outcome).toBe('within')
})

test('noise that hides 0.1 ms is inconclusive, and the reason says what may hide', () => {
  const run = analyseRun(
    gateRecords(
      plan,
      slowerBy(() => 0, 20_000_000),
    ),
  )
  expect(run.outcome).toBe('inconclusive')
  expect(run.reasons[0]).toMatch(/may be slower by \d\.\d+ ms, 0\.1 ms are allowed$/)
})

test('a level of its own for all latencies together: Holm, not each alone', () => {
  const run = analyseRun(
    gateRecords(
      plan,
      slowerBy(() => 0.03),
    ),
  )
  for (const { p, pAdjusted } of run.gate?.latencies ?? []) expect(pAdjusted).toBeGreaterThanOrEqual(p ?? 1)
  expect(
    Math.max(...(run.gate?.latencies ?? []).map(({ p, pAdjusted }) => (pAdjusted ?? 0) / (p ?? 1))),
  ).toBeCloseTo(2)
})

test('a request that passed its agent by makes the gate invalid, however fast it was', () => {
  const run = analyseRun(
    gateRecords(
      plan,
      slowerBy(() => 0),
      (request) => (request === 600 ? 'none' : '50'),
    ),
  )
  expect(run.outcome).toBe('invalid')
  expect(run.reasons[0]).toContain('request 600 passed its agent by')
})

test('a tail shows in the 99th percentile and not in the shift', () => {
  const run = analyseRun(
    gateRecords(
      plan,
      slowerBy((_, random) => (random.below(50) === 0 ? 20 : 0)),
    ),
  )
  expect(run.outcome).toBe('within')
  expect(run.gate?.latencies[0]?.tailMs?.lower).toBeGreaterThan(1)
})

test('a gate that was not measured to its end has no verdict', () => {
  const records = gateRecords(
    plan,
    slowerBy(() => 0),
  )
  const lines = records.lines.filter((line) => !('case' in line) || line.case !== '10ms-round-8')
  const run = analyseRun({ ...records, lines })
  expect(run.outcome).toBe('incomplete')
  expect(verdictsOf(run)).toEqual([
    [0, null],
    [10, null],
  ])
})

test('the same agents the other way round: the mirror', () => {
  const swapped = (side: SideName): SideName => (side === 'base' ? 'candidate' : 'base')
  const take = slowerBy(() => 0.05)
  const [one, other] = [
    analyseRun(gateRecords(plan, take)),
    analyseRun(gateRecords(plan, (side, ms, random) => take(swapped(side), ms, random))),
  ].map((run) => run.gate?.latencies[0]?.differenceMs?.estimate ?? 0)
  expect(one).toBeGreaterThan(0.03)
  expect(other).toBeLessThan(-0.03)
})

test('asked by files of the user, a request is proven by what HAProxy says of his variables', () => {
  const asked: Asked = {
    proof: ['txn.mine.score'],
    files: '0',
    asking: { events: ['on-frontend-http-request'], provenIn: 'request', isBracketed: true },
  }
  const own = gatePlan({
    gate: { base: ownSide, candidate: ownSide, hasDelay: false, asked },
    rounds: 2,
    blocks: 80,
  })
  expect(own.rules.join()).toContain('for which txn.mine.score is not set')
  const take = slowerBy(() => 0)
  const run = analyseRun(gateRecords(own, take, (request) => (request === 60 ? 'none-9' : 'done-137')))
  expect(run.gate?.asked).toEqual(asked)
  expect(run.reasons[0]).toContain('request 60 passed its agent by')
  const scored = analyseRun(gateRecords(own, take, () => '50'))
  expect(scored.outcome).toBe('invalid')
  expect(analyseRun(gateRecords(own, take, () => 'done-137')).reasons.join()).not.toContain(
    'passed its agent',
  )
})

test('every latency is started with either side first, as often', () => {
  const counts: Record<string, number> = {}
  for (const { latencyMs, startsFirst } of plan.cases) {
    const key = `${latencyMs} ${startsFirst}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  expect(counts).toEqual({ '0 base': 4, '0 candidate': 4, '10 base': 4, '10 candidate': 4 })
})
