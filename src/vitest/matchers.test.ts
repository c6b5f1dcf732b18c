import { expect, test } from 'vitest'
import type { Effect } from '../record/run.ts'
import { caseResult, effect, latencyResult } from '../report/testing.ts'
import './matchers.ts'

/** A latency whose one-sided bounds are these. */
function bounded(lower: number | null, upper: number | null): ReturnType<typeof latencyResult> {
  const overheadMs: Effect = { ...effect(1, 0.1), bounds: { lower, upper, level: 0.95 } }
  return latencyResult({ overheadMs, verdict: 'within' })
}

test('passes when the upper bound lies below the margin, and only then', () => {
  expect(bounded(0.9, 1.9)).toAddAtMost({ ms: 2 })
  expect(() => expect(bounded(1.9, 2.1)).toAddAtMost({ ms: 2 })).toThrow(/inconclusive/)
  expect(() => expect(bounded(2.1, 2.3)).toAddAtMost({ ms: 2 })).toThrow(/exceeds/)
  expect(() => expect(bounded(1, 2)).toAddAtMost({ ms: 2 })).toThrow(/inconclusive/)
})

test('too few blocks, a faulty case and a missing control are no pass', () => {
  expect(() => expect(bounded(null, null)).toAddAtMost({ ms: 2 })).toThrow(/insufficient/)
  expect(() => expect({ ...bounded(0, 1), verdict: null }).toAddAtMost({ ms: 2 })).toThrow(/no verdict/)
  expect(() => expect({ ...caseResult(), overheadMs: null }).toAddAtMost({ ms: 2 })).toThrow(
    /both arms are needed/,
  )
})

test('a failure says estimate, interval, bounds, blocks and what could have been seen', () => {
  const message =
    /overhead 1\.000 ms, 95 % interval .* one-sided bounds 2\.100 ms and 2\.300 ms, \d+ blocks, smallest effect it could see/
  expect(() => expect(bounded(2.1, 2.3)).toAddAtMost({ ms: 2 })).toThrow(message)
})

test('.not throws, whatever the figures are', () => {
  expect(() => expect(bounded(2.1, 2.3)).not.toAddAtMost({ ms: 2 })).toThrow(/has no \.not/)
  expect(() => expect(bounded(0.9, 1.9)).not.toAddAtMost({ ms: 2 })).toThrow(/has no \.not/)
})

test('what is no result of a trial, and what is no margin, is refused', () => {
  expect(() => expect(1.5).toAddAtMost({ ms: 2 })).toThrow(/expects a case or a latency/)
  expect(() => expect(bounded(0, 1)).toAddAtMost({ ms: -1 })).toThrow(/expects a margin such as/)
})
