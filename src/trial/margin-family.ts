import type { LatencyResult, MarginTest, RunTest } from '../record/run.ts'
import { toNs } from '../record/units.ts'
import { blockOnce } from '../stats/blocking.ts'
import { adjustHolm } from '../stats/holm.ts'
import { testAll, testMargin } from '../stats/margin-test.ts'

/** "Any latency exceeds" may be false once in a hundred runs, whatever the number of latencies. */
export const anyExceedsLevel = 0.01

/** p-values of one latency; the adjusted ones need its siblings. */
export function testLatency(differencesNs: readonly number[], marginMs: number): MarginTest {
  const { differences } = blockOnce(differencesNs)
  return { ...testMargin(differences, toNs(marginMs)), withinAdjusted: null, exceedsAdjusted: null }
}

/** Adds the p-values that Holm makes of those of all latencies; leaves them out while one has none. */
export function adjustLatencies(latencies: readonly LatencyResult[]): LatencyResult[] {
  const tests = latencies.flatMap(({ pValues }) => pValues ?? [])
  if (tests.length < latencies.length) return [...latencies]
  const within = adjustHolm(tests.map((test) => test.within))
  const exceeds = adjustHolm(tests.map((test) => test.exceeds))
  return latencies.map((latency, index) => ({
    ...latency,
    pValues: {
      ...(tests[index] as MarginTest),
      withinAdjusted: within[index] as number,
      exceedsAdjusted: exceeds[index] as number,
    },
  }))
}

/** p-values of the run; null unless every latency has its own. */
export function testRun(adjusted: readonly LatencyResult[]): RunTest | null {
  const tests = adjusted.flatMap(({ pValues }) => pValues ?? [])
  if (tests.length === 0 || tests.length < adjusted.length) return null
  return {
    allWithin: testAll(tests.map(({ within }) => within)),
    anyExceeds: Math.min(...tests.map(({ exceedsAdjusted }) => exceedsAdjusted ?? 1)),
    anyLevel: anyExceedsLevel,
  }
}
