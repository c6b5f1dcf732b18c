import type { Statistics } from 'tinybench'
import type { BenchmarkGroup, BenchmarkProvider, BenchResult } from 'vitest'
import { nsPerMs } from '../record/units.ts'
import { quantileOfSorted } from '../stats/quantile.ts'
import { getMeasureCase } from './active-trial.ts'

declare module 'tinybench' {
  interface BenchOptions {
    /** The case of the blind trial's plan that the arms of a comparison belong to. */
    blindCase?: string
  }
}

/**
 * Vitest's own provider runs one arm to its end before it starts the next, whatever its guide says of
 * interleaving: drift and cold starts go to whoever is first. This one sends blocks in which every arm comes
 * once, in random order; the arms' names play no part in it.
 */
const provider: BenchmarkProvider = {
  async run(group: BenchmarkGroup): Promise<BenchResult[]> {
    const { test, registrations, options } = group
    const names = registrations.map(({ name }) => name)
    if (new Set(names).size !== names.length)
      throw new Error(`Expected every arm once, got ${names.join(', ')}.`)
    if (options?.blindCase === undefined)
      throw new Error('Expected the option blindCase: this provider runs blind trials only.')
    if (test.retry !== undefined && test.retry !== 0) {
      throw new Error('retry is refused: to repeat a measurement until it passes is not to measure.')
    }
    const { arms } = await getMeasureCase()(options.blindCase, test.context.signal)
    return names.map((name) => {
      const latenciesNs = arms[name as keyof typeof arms]?.latenciesNs
      if (latenciesNs === undefined) throw new Error(`Expected an arm of the plan, got "${name}".`)
      return toBenchResult(name, latenciesNs)
    })
  },
}
export default provider

/** The shape that Vitest wants, in ms. Our records and verdicts travel beside it, never inside it. */
function toBenchResult(name: string, latenciesNs: readonly number[]): BenchResult {
  const latenciesMs = latenciesNs.map((ns) => ns / nsPerMs)
  return {
    name,
    state: 'completed',
    latency: describe(latenciesMs),
    throughput: describe(latenciesMs.map((ms) => 1000 / ms)),
    period: latenciesMs.reduce((sum, ms) => sum + ms, 0) / latenciesMs.length,
    totalTime: latenciesMs.reduce((sum, ms) => sum + ms, 0),
    runtime: 'node',
    runtimeVersion: process.version,
    timestampProviderName: 'hrtimeNow',
  }
}

function describe(values: readonly number[]): Statistics {
  const sorted = Float64Array.from(values).toSorted()
  const count = sorted.length
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count
  const df = Math.max(1, count - 1)
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / df
  const sd = Math.sqrt(variance)
  const sem = sd / Math.sqrt(count)
  const median = quantileOfSorted(sorted, 0.5)
  const critical = 1.96
  return {
    samples: undefined,
    samplesCount: count,
    min: sorted[0] as number,
    max: sorted[count - 1] as number,
    mean,
    p50: median,
    p75: quantileOfSorted(sorted, 0.75),
    p99: quantileOfSorted(sorted, 0.99),
    p995: quantileOfSorted(sorted, 0.995),
    p999: quantileOfSorted(sorted, 0.999),
    df,
    sd,
    sem,
    variance,
    critical,
    moe: critical * sem,
    rme: (100 * critical * sem) / mean,
    mad: quantileOfSorted(sorted.map((value) => Math.abs(value - median)).toSorted(), 0.5),
    aad: sorted.reduce((sum, value) => sum + Math.abs(value - mean), 0) / count,
  }
}
