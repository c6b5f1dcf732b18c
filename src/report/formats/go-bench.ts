import type { Effect, LatencyResult, Run } from '../../record/run.ts'
import { toNs } from '../../record/units.ts'
import { describeCondition } from '../condition.ts'
import { type GateBenchmark, gateBenchmarks } from './gate-benchmarks.ts'

/**
 * bench.txt: the Go benchmark format (golang.org/design/14313-benchmark-format, with the unit lines of
 * golang.org/x/perf/benchfmt), which benchstat reads. One line per latency and run, on purpose: a run is what
 * repeats, so `cat` the files of several runs of either side and let benchstat compare those. A line per block
 * would have it take one run's blocks for independent runs.
 *
 * A gate has a line for each side, under names that `benchstat -col /side` puts next to each other, and one for the
 * difference inside blocks, which is what the gate decides by.
 *
 * Configuration is what must be equal for two runs to compare (benchstat makes a table of its own for every
 * other one): so neither run id nor time.
 */
export function renderGoBench(run: Run): string {
  const { fingerprint, haproxy, keepAwake } = run.host
  const configuration = [
    ['pkg', 'spoe-bench'],
    ['arch', fingerprint['arch']],
    ['cpu', fingerprint['cpuModel']],
    ['kernel', fingerprint['kernelVersion']],
    ['haproxy', haproxy.version],
    ['node', run.host.node],
    ['mode', keepAwake.mode],
    ['condition', describeCondition(run)],
  ].flatMap(([key, value]) => (value === undefined || value === null ? [] : `${key}: ${value}`))
  const results =
    run.gate === undefined
      ? run.latencies.flatMap((latency) =>
          latency.overheadMs === null ? [] : resultLine(latency, latency.overheadMs),
        )
      : gateBenchmarks(run.gate).flatMap(gateLines)
  // Negative ones occur: a placebo, or an overhead that is as good as none.
  const units = unitNames.map((unit) => `Unit ${unit} better=lower`)
  return [...configuration, ...units, ...results, ''].join('\n')
}

const unitNames = ['ns/op', 'mean-ns/op', 'p99-ns/op']

/** A name that does not end in `-digits`, which would be taken for a number of processors. */
function resultLine({ latencyMs, overheadP99Ms }: LatencyResult, overhead: Effect): string {
  return lineOf(`Overhead/agent=${latencyMs}ms`, overhead.count, [
    overhead.estimate,
    overhead.mean,
    overheadP99Ms,
  ])
}

function gateLines({ key, base, candidate, difference, tail }: GateBenchmark): string[] {
  return [
    lineOf(`Latency/${key}/side=base`, base.count, [base.median, base.mean, base.p99]),
    lineOf(`Latency/${key}/side=candidate`, candidate.count, [
      candidate.median,
      candidate.mean,
      candidate.p99,
    ]),
    lineOf(`Difference/${key}`, difference.count, [
      difference.estimate,
      difference.mean,
      tail?.estimate ?? null,
    ]),
  ]
}

/** @param figuresMs in the order of `unitNames`; null: there is none */
function lineOf(name: string, count: number, figuresMs: readonly (number | null)[]): string {
  const values = figuresMs.flatMap((ms, index) => (ms === null ? [] : `${toNs(ms)} ${unitNames[index]}`))
  return [`Benchmark${name}`, count, ...values].join(' ')
}
