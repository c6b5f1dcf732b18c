import { expect, test } from 'vitest'
import type { Effect } from '../record/run.ts'
import { caseResult, effect, latencyResult } from '../report/testing.ts'
import './matchers.ts'

/** A latency whose one-sided bounds are these; the estimate is 1 ms, what it sees 0.03 ms. */
function bounded(lower: number | null, upper: number | null): ReturnType<typeof latencyResult> {
  const overheadMs: Effect = { ...effect(1, 0.1), bounds: { lower, upper, level: 0.95 } }
  return latencyResult({ overheadMs, verdict: 'within' })
}

test('at most: passes when the upper bound lies below the margin, and only then', () => {
  expect(bounded(0.9, 1.9)).toAddAtMost({ ms: 2 })
  expect(() => expect(bounded(1.9, 2.1)).toAddAtMost({ ms: 2 })).toThrow(/inconclusive/)
  expect(() => expect(bounded(2.1, 2.3)).toAddAtMost({ ms: 2 })).toThrow(/exceeds/)
  expect(() => expect(bounded(1, 2)).toAddAtMost({ ms: 2 })).toThrow(/inconclusive/)
})

test('at least: passes when the lower bound lies above the margin, and only then', () => {
  expect(bounded(0.9, 1.9)).toAddAtLeast({ ms: 0.8 })
  expect(() => expect(bounded(0.9, 1.9)).toAddAtLeast({ ms: 0.9 })).toThrow(/at least 0\.9 ms.*inconclusive/)
  expect(() => expect(bounded(0.1, 0.2)).toAddAtLeast({ ms: 0.3 })).toThrow(
    /: within\.\n.*\n {2}It adds less/,
  )
})

test('equivalent: both bounds inside, about any target', () => {
  expect(bounded(0.96, 1.04)).toBeEquivalentTo({ ms: 1, within: 0.05 })
  expect(() => expect(bounded(0.94, 1.04)).toBeEquivalentTo({ ms: 1, within: 0.05 })).toThrow(/inconclusive/)
  expect(() => expect(bounded(1.06, 1.1)).toBeEquivalentTo({ ms: 1, within: 0.05 })).toThrow(
    /add 1 ms, give or take 0\.05 ms.*different/,
  )
  // A lone effect, such as the placebo's.
  expect(effect(0.001, 0.01)).toBeEquivalentTo({ ms: 0, within: 0.02 })
  expect(() => expect(effect(0.015, 0.01)).toBeEquivalentTo({ ms: 0, within: 0.02 })).toThrow(/inconclusive/)
})

test('detect: passes when so small an overhead would have been found', () => {
  expect(bounded(0.9, 1.1)).toDetect({ ms: 0.03 })
  // 100 blocks that see 0.03 ms see 0.01 with nine times as many.
  expect(() => expect(bounded(0.9, 1.1)).toDetect({ ms: 0.01 })).toThrow(
    /too little data[^]*900 blocks would do at this spread; npm run plan -- --effect-ms 0\.01/,
  )
  const none = latencyResult({ overheadMs: effect(1, null), verdict: null })
  expect(() => expect(none).toDetect({ ms: 1 })).toThrow(/insufficient/)
})

test('another statistic has its own bounds', () => {
  const overheadMs: Effect = {
    ...effect(1, 0.1),
    mean: 3,
    meanLower: 2.5,
    meanUpper: 3.5,
    meanBounds: { lower: 2.6, upper: 3.4, level: 0.95 },
  }
  const result = latencyResult({ overheadMs })
  expect(result).toAddAtMost({ ms: 2 })
  expect(() => expect(result).toAddAtMost({ ms: 2 }, { statistic: 'mean' })).toThrow(
    /exceeds\.\n {2}mean 3\.000 ms, 95 % interval 2\.500 ms to 3\.500 ms, one-sided bounds 2\.600 ms and 3\.400 ms/,
  )
  expect(result).toAddAtMost({ ms: 3.5 }, { statistic: 'mean' })
  // (3.5 - 2.5) / (2 x 1.96) x 3.29
  expect(result).toDetect({ ms: 0.84 }, { statistic: 'mean' })
  expect(() => expect(result).toDetect({ ms: 0.83 }, { statistic: 'mean' })).toThrow(/too little data/)
  // Of the p99 the bounds are 0.5 and 1.5.
  expect(result).toAddAtLeast({ ms: 0.4 }, { statistic: 'p99' })
  expect(() => expect(result).toAddAtMost({ ms: 1 }, { statistic: 'p99' })).toThrow(/p99 0\.912 ms/)
  expect(() => expect(caseResult()).toAddAtMost({ ms: 1 }, { statistic: 'p99' })).toThrow(
    /takes 1,000 blocks/,
  )
})

test('too few blocks, a faulty case and a missing control are no pass', () => {
  expect(() => expect(bounded(null, null)).toAddAtMost({ ms: 2 })).toThrow(/insufficient/)
  expect(() => expect({ ...bounded(0, 1), verdict: null }).toAddAtMost({ ms: 2 })).toThrow(/no verdict/)
  expect(() => expect({ ...caseResult(), overheadMs: null }).toAddAtMost({ ms: 2 })).toThrow(
    /both arms are needed/,
  )
})

test('a failure says estimate, interval, bounds, blocks, what could have been seen and what to do', () => {
  expect(() => expect(bounded(0.95, 1.1)).toAddAtMost({ ms: 1.05 })).toThrow(
    `expected the offload to add at most 1.05 ms to its agent's 10 ms: inconclusive.
  shift 1.000 ms, 95 % interval 0.900 ms to 1.100 ms, one-sided bounds 0.950 ms and 1.100 ms, 100 blocks, minimum detectable overhead 0.030 ms.
  1027 more blocks would resolve 0.050 ms, from estimate to margin: plan a new run of 1127`,
  )
  expect(() => expect(bounded(2.1, 2.3)).toAddAtMost({ ms: 2 })).toThrow(/\n {2}It adds more than that/)
})

test('.not throws, whatever the figures are', () => {
  const result = bounded(2.1, 2.3)
  expect(() => expect(result).not.toAddAtMost({ ms: 2 })).toThrow(/toAddAtMost has no \.not/)
  expect(() => expect(bounded(0.9, 1.9)).not.toAddAtMost({ ms: 2 })).toThrow(/has no \.not/)
  expect(() => expect(result).not.toAddAtLeast({ ms: 9 })).toThrow(/toAddAtLeast has no \.not/)
  expect(() => expect(result).not.toBeEquivalentTo({ ms: 0, within: 1 })).toThrow(/has no \.not/)
  expect(() => expect(result).not.toDetect({ ms: 0.001 })).toThrow(/toDetect has no \.not/)
})

test('what is no result of a trial, no margin and no statistic is refused', () => {
  expect(() => expect(1.5).toAddAtMost({ ms: 2 })).toThrow(/expects a case or a latency/)
  expect(() => expect(bounded(0, 1)).toAddAtMost({ ms: -1 })).toThrow(/expects a margin such as/)
  expect(() => expect(bounded(0, 1)).toAddAtLeast({ ms: Number.NaN })).toThrow(/expects a margin such as/)
  expect(() => expect(bounded(0, 1)).toBeEquivalentTo({ ms: 0, within: 0 })).toThrow(/within: 0\.05/)
  const options = { statistic: 'median' } as unknown as { statistic: 'mean' }
  expect(() => expect(bounded(0, 1)).toAddAtMost({ ms: 1 }, options)).toThrow(
    /shift, mean or p99, got "median"/,
  )
})
