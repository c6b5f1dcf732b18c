import type { Effect, LatencyResult, Run } from '../../record/run.ts'
import { toNs } from '../../record/units.ts'

/**
 * bench.txt: the Go benchmark format (golang.org/design/14313-benchmark-format, with the unit lines of
 * golang.org/x/perf/benchfmt), which benchstat reads. One line per latency and run, on purpose: a run is what
 * repeats, so `cat` the files of several runs of either side and let benchstat compare those. A line per block
 * would have it take one run's blocks for independent runs.
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
    ['condition', run.condition],
  ].flatMap(([key, value]) => (value === undefined || value === null ? [] : `${key}: ${value}`))
  const results = run.latencies.flatMap((latency) =>
    latency.overheadMs === null ? [] : resultLine(latency, latency.overheadMs),
  )
  // Negative ones occur: a placebo, or an overhead that is as good as none.
  const units = unitNames.map((unit) => `Unit ${unit} better=lower`)
  return [...configuration, ...units, ...results, ''].join('\n')
}

const unitNames = ['ns/op', 'mean-ns/op', 'p99-ns/op']

/** A name that does not end in `-digits`, which would be taken for a number of processors. */
function resultLine({ latencyMs, overheadP99Ms }: LatencyResult, overhead: Effect): string {
  const [shift, mean, p99] = [overhead.estimate, overhead.mean, overheadP99Ms].map((ms) =>
    ms === null ? null : toNs(ms),
  )
  const values = [shift, mean, p99].flatMap((ns, index) => (ns === null ? [] : `${ns} ${unitNames[index]}`))
  return [`BenchmarkOverhead/agent=${latencyMs}ms`, overhead.count, ...values].join(' ')
}
