import { expect, test } from 'vitest'
import { compareRun } from './compare-run.ts'
import { renderComparisonSummary } from './comparison-summary.ts'
import { type DescribedComparison, renderComparison } from './comparison-table.ts'
import { baseline, baselineFile, soundRun, storedRun } from './testing.ts'

function described(overheads: readonly number[], file = baselineFile()): DescribedComparison {
  const { run } = soundRun('new', overheads)
  return {
    ...compareRun(run.latencies, file, 0.1),
    runId: 'new',
    marginMs: 0.1,
    warnings: ['governor was a, here it is b'],
  }
}

test('a line per latency, the verdict, what to do, and warnings, in 80 columns', () => {
  const text = renderComparison(described([0.2, 0.4]))
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(text).toMatch(/^✓ within +0 +0\.200 +0\.200 +\[0\.176, 0\.224\] +0\.000 /m)
  expect(text).toMatch(/^✗ exceeds +10 +0\.400 +0\.200 +\[0\.176, 0\.224\] +\+0\.200 /m)
  const flat = text.replaceAll(/\s+/g, ' ')
  expect(flat).toContain('The run new beside 5 runs of the baseline of 2026-01-01: overhead, ms')
  expect(flat).toContain(
    '✗ exceeds: slower than the baseline by more than 0.1 ms at 10 ms. 10 ms: It got slower',
  )
  expect(flat).toContain('warning: governor was a, here it is b')
  expect(flat).not.toContain('oldest')
})

test('with an older baseline the drift stands beside it', () => {
  const old = baseline({
    savedAt: '2025-01-01T00:00:00.000Z',
    commit: '0123456789abcdef',
    runs: [0.1, 0.11, 0.12, 0.11, 0.11].map((ms, index) => storedRun(`old-${index}`, [ms, ms])),
  })
  const text = renderComparison(described([0.2, 0.2], baselineFile(old, baseline())))
  expect(text).toMatch(/^✓ within +0 .* \+0\.090$/m)
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'change since the baseline of 2025-01-01 (0123456789) of 5 runs',
  )
})

test('as Markdown: the verdict in the first line, table, chart and seal', () => {
  const lines = renderComparisonSummary(described([0.2, 0.29]), 'c0ffee').split('\n')
  expect(lines[0]).toBe("**? inconclusive**: whether it is slower by 0.1 ms can't be told at 10 ms.")
  expect(lines.filter((line) => line.startsWith('|'))).toHaveLength(4)
  expect(lines.filter((line) => line.includes('●'))).toHaveLength(2)
  expect(lines).toContain('npm run verify -- --commitment c0ffee results/new')
})
