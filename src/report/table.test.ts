import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { outcomeSchema } from '../record/run.ts'
import { paintVerdicts } from './paint.ts'
import { parsePublished } from './published.ts'
import { renderTable } from './table.ts'
import { caseResult, effect, latencyResult, syntheticRun } from './testing.ts'

const published = parsePublished(
  readFileSync(new URL('../../fixtures/published.json', import.meta.url), 'utf8'),
)

/** Two cells of the seed's matrix, one of them as is too, and everything that a table can have to say. */
const run = syntheticRun({
  outcome: 'inconclusive',
  reasons: ['10 ms: inconclusive: 340 more blocks would resolve 0.200 ms'],
  cases: [
    caseResult({ latencyMs: 10, requests: 100, verdict: 'inconclusive', overheadMs: effect(1.9, 0.2) }),
    caseResult({
      id: 'as-is',
      latencyMs: 10,
      requests: 100,
      mode: 'as-is',
      isJudged: false,
      verdict: null,
      overheadMs: effect(0.351, 0.07),
    }),
    caseResult({
      latencyMs: 10,
      requests: 10,
      overheadMs: effect(0.24, 0.1, { hasTail: true, mean: 0.5, blocking: 2 }),
    }),
    caseResult({
      id: 'broken',
      latencyMs: 1000,
      requests: 1000,
      verdict: null,
      faults: [{ kind: 'join', count: 3, first: 'no NOTIFY for slot 17' }],
      warnings: ['steal 4 %'],
    }),
  ],
  latencies: [
    latencyResult({
      latencyMs: 10,
      blocks: 110,
      verdict: 'inconclusive',
      overheadMs: effect(1.8, 0.25),
      next: '340 more blocks would resolve 0.200 ms',
    }),
  ],
  host: {
    ...syntheticRun().host,
    keepAwake: { mode: 'as-is', reason: 'no chrt', haproxyCore: null, nodeCore: null },
  },
  warnings: ['drift', 'drift'],
})

test('the whole table at 80 columns', () => {
  const notes = published.notes.map((note) => ({ ...note, text: `${note.kind} at ${note.latencyMs} ms` }))
  expect(renderTable(run, { ...published, notes }, 80)).toBe(`\
spoe-bench run 20261103-101500-4f2a, started 2026-11-03T10:15:00.000Z
attempt 1, 0 aborted
HAProxy 3.2.4 (PATH), nbthread 1; Node 24.21.0
condition: paced; machine as is (no chrt)

Cases. overhead = (offload - what the agent slept) - bypass
                          bypass  offload    agent
               agent        mean     mean    slept overhead              sees
verdict           ms    n     ms       ms       ms [95 % interval] ms      ms
✓ within          10   10  0.527   10.819   10.060 0.240 [0.140, 0.340] 0.030 tb
? inconclusive    10  100  0.527   10.819   10.060 1.900 [1.700, 2.100] 0.030
· as is           10  100  0.527   10.819   10.060 0.351 [0.281, 0.421] 0.030
! no verdict    1000 1000  0.527 1000.819 1000.060 0.232 [0.226, 0.238] 0.030 f
? inconclusive: the margin lies between the bounds
· as is: machine left as is: not judged, not pooled
✓ within: upper bound below the margin
! no verdict: too few samples, faults or late starts
t, tail: the mean disagrees with the estimate, see p99
b, blocked: neighbouring blocks go together, so that the interval is of their
  means
f, faults: requests without an answer, a partner or a proof; listed at the end
sees: minimum detectable overhead, found with a power of 95 %
10 ms x 100: as-is 0.351 ms [0.281, 0.421]; awake 1.900 ms [1.700, 2.100]

Latencies, all their blocks pooled; margin 2 ms; sees and p99 in ms
? inconclusive  10 ms x 110     1.800 ms [1.550, 2.050]  sees 0.030  p99 0.912
all within: p < 0.0001 (the largest, no correction needed); any exceeds: p = 1
  (Holm, 0.01 needed)
placebo - bypass, which must be 0: 10 ms: -0.001 ms [-0.006, 0.004];
  all (99.5 %): -0.001 ms [-0.005, 0.003]

The article's figures beside ours, the agent's sleep included. The seed's
  estimator cuts samples to whole ms and is never reset between rows; the
  article's true mean is worked back from what it printed.
             seed's est.  seed's est.  true mean  true mean
agent            article         here    article       here
   ms     n           ms           ms         ms         ms
   10    10       11.900       11.000     11.900     10.819
   10   100       11.869       10.100     11.750     10.819
 1000  1000     1003.964     1001.000   1002.951   1000.819
note: csv-differs at 10 ms

Outcome: inconclusive
reason: 10 ms: inconclusive: 340 more blocks would resolve 0.200 ms
fault in broken: join x 3, first: no NOTIFY for slot 17
warning: drift
warning: broken: steal 4 %
The margin lies between the bounds at 10 ms, so this run cannot tell (smallest
  effect it could see: 0.030 ms). Next: quiet the machine, or make a new run
  with more blocks (\`npm run plan -- --effect-ms 0.200\` says what it takes);
  adding requests to this one would bend its result.
`)
})

test.for([60, 80, 120])('nothing is wider than %i columns', (width) => {
  const texts = [run, syntheticRun()].map((each) => renderTable(each, published, width))
  expect(texts.flatMap((text) => text.split('\n').filter((line) => line.length > width))).toEqual([])
})

test('narrow, columns go and are named; wide, more come in', () => {
  expect(renderTable(run, published, 60)).toMatch(/not shown at this width: .*bypass mean/)
  expect(renderTable(run, published, 80)).not.toContain('not shown')
  expect(renderTable(run, published, 140)).toContain('penalty')
})

test('all fifteen cells have their row, with the figures of the article', () => {
  const text = renderTable(syntheticRun(), published, 80)
  expect(text.match(/^✓ within {2}.*\] +0\.030$/gm)).toHaveLength(15)
  for (const row of published.rows) {
    expect(text).toMatch(
      new RegExp(
        `^ *${row.latencyMs} +${row.requests} +${row.printedMs.toFixed(3)} +\\S+ +${row.trueMeanMs.toFixed(3)} `,
        'm',
      ),
    )
  }
})

test('a cell that the article does not have leaves its columns empty', () => {
  const text = renderTable(syntheticRun({ cases: [caseResult({ latencyMs: 5, requests: 7 })] }), published)
  expect(text).toMatch(/^ +5 +7 {10,}5\.714 {10,}5\.819$/m)
  expect(text).not.toContain('note: ')
})

test.for(outcomeSchema.options)('%s: the table says what it means and what to do next', (outcome) => {
  const text = renderTable(syntheticRun({ outcome }), published)
  expect(text).toContain(`Outcome: ${outcome}\n`)
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(/ Next: .+\. $/)
})

test.for([
  ['invalid', true],
  ['incomplete', true],
  ['exceeds', false],
] as const)('%s: a run without standing says so in its first line', ([outcome, isWarned]) => {
  expect(renderTable(syntheticRun({ outcome }), published).startsWith(`! ${outcome} run`)).toBe(isWarned)
})

test('colour is added to marks and words, and takes nothing away', () => {
  const plain = renderTable(run, published)
  const painted = paintVerdicts(plain, true)
  expect(paintVerdicts(plain, false)).toBe(plain)
  expect(stripVTControlCharacters(painted)).toBe(plain)
  expect(painted).toContain('\u001B[33m? inconclusive\u001B[39m')
  expect(painted).toContain('\u001B[35m! no verdict\u001B[39m')
})
