import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { outcomeSchema } from '../../record/run.ts'
import { paintVerdicts } from '../paint.ts'
import { caseResult, effect, latencyResult, syntheticRun } from '../testing.ts'
import { renderScreen } from './screen.ts'
import type { ScreenData } from './screen-data.ts'

/** Three cells, one as is, one broken; a latency that is decided and one that is not. */
const run = syntheticRun({
  outcome: 'inconclusive',
  reasons: ['1000 ms: inconclusive: 340 more blocks would resolve 0.200 ms'],
  cases: [
    caseResult({ id: 'a', latencyMs: 10, requests: 10, overheadMs: effect(0.44, 3.1, { hasTail: true }) }),
    caseResult({ id: 'b', latencyMs: 10, requests: 1000, overheadMs: effect(0.39, 0.018) }),
    caseResult({
      id: 'c',
      latencyMs: 10,
      requests: 1000,
      mode: 'as-is',
      isJudged: false,
      verdict: null,
      publishedAverageMs: null,
      overheadMs: effect(0.44, 0.021),
    }),
    caseResult({
      id: 'd',
      latencyMs: 1000,
      requests: 100,
      verdict: 'inconclusive',
      overheadMs: effect(1.9, 0.3),
      warnings: ['steal 4 %'],
    }),
  ],
  latencies: [
    latencyResult({ latencyMs: 10, cases: ['a', 'b'], blocks: 1010 }),
    latencyResult({
      latencyMs: 1000,
      cases: ['d'],
      blocks: 100,
      verdict: 'inconclusive',
      overheadMs: effect(1.9, 0.3),
    }),
  ],
})

const hill = [1, 2, 5, 9, 20, 60, 90, 60, 30, 15, 8, 5, 3, 2, 1, 4]

const data: ScreenData = {
  schema: 'spoe-bench/screen/1',
  run,
  shapeFromMs: -0.2,
  shapeToMs: 1.4,
  shapes: { a: [0, 0, 0, 1, 2, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 1], b: hill, c: hill, d: hill.toReversed() },
}

test.for([60, 80, 120])('the whole screen at %i columns', async (width) => {
  await expect(renderScreen(data, width)).toMatchFileSnapshot(`golden/${width}.txt`)
})

test.for([60, 80, 100, 120])('nothing is wider than %i columns, whatever came out', (width) => {
  const texts = outcomeSchema.options.flatMap((outcome) =>
    [data, { ...data, run: syntheticRun(), shapes: {} }].map((one) =>
      renderScreen({ ...one, run: { ...one.run, outcome } }, width),
    ),
  )
  expect(texts.flatMap((text) => text.split('\n').filter((line) => line.length > width))).toEqual([])
})

test('a run of fifteen cases is a line each, and a line for each latency', () => {
  const text = renderScreen({ ...data, run: syntheticRun() }, 80)
  expect(text.match(/^✓ within /gm)).toHaveLength(15 + 5)
})

test.for(outcomeSchema.options)(
  '%s: three sentences say what was found, what the exporter is worth, and what to do',
  (outcome) => {
    const text = renderScreen({ ...data, run: syntheticRun({ outcome }) }, 80).replaceAll(/\s+/g, ' ')
    expect(text).toMatch(/\. (?:Believe|Don't believe) the exporter's .*\. (?:\(.*\) )?Next: .+\. $/)
  },
)

test('colour takes nothing away', () => {
  const plain = renderScreen(data, 80)
  const painted = paintVerdicts(plain, true)
  expect(stripVTControlCharacters(painted)).toBe(plain)
  expect(painted).toContain('\u001B[33m? inconclusive\u001B[39m')
})

test('a run without a sample has a screen', () => {
  const bare = { ...data, run: syntheticRun({ outcome: 'incomplete', cases: [], latencies: [] }), shapes: {} }
  expect(renderScreen(bare, 80)).toContain('Next: make a new run.')
})
