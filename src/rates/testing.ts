import type { ArmStep, RatesCell, RatesPlan, RatesRecord, RatesStep, Stretch } from '../record/rates.ts'
import { createLatencyHistogram, type SparseBins } from '../stats/latency-histogram.ts'
import { toNs } from '../record/units.ts'
import { planRates } from './plan-rates.ts'

export const testCell: RatesCell = {
  id: 'HAProxy 3.4.7, keep-alive',
  haproxy: '3.4.7',
  connections: 'keep-alive',
  event: 'on-client-session',
  headerBytes: 0,
  nbthread: 1,
  isPipelined: true,
  maxInFlight: 256,
  capacity: 10_000,
  rates: [1000, 5000, 12_000],
}

export const testPlan: RatesPlan = planRates({
  runId: 'test',
  startedAt: '2026-11-27T12:00:00Z',
  cells: [testCell],
  rounds: 6,
  seconds: 60,
  level: 0.95,
})

/** As many latencies around one. */
export function binsAround(ms: number, count: number): SparseBins {
  const histogram = createLatencyHistogram()
  for (let index = 0; index < count; index++) histogram.record(toNs(ms * (0.9 + (0.2 * index) / count)))
  return histogram.toSparse()
}

/** A second that holds its rate, with latencies around `ms`. */
export function makeStretch(
  place: Pick<Stretch, 'rate' | 'round' | 'code'>,
  ms: number,
  body: string,
  arrivals = Math.max(1000, place.rate),
): Stretch {
  return {
    ...place,
    cell: testCell.id,
    arrivals,
    answered: arrivals,
    unanswered: 0,
    answeredInWindow: arrivals,
    windowNs: 1e9,
    failures: {},
    bodies: { [body]: arrivals },
    latency: [...binsAround(ms, arrivals)],
    service: [...binsAround(ms, arrivals)],
    lateness: [...binsAround(0.05, arrivals)],
    mostInFlight: 3,
    opened: 16,
    notifies: body === '50' ? arrivals : 0,
    notifyBytes: body === '50' ? 26 : 0,
    cpu: {
      haproxyThreadMs: 400,
      haproxyMs: 400,
      agentMs: body === '50' ? 100 : 0,
      clientMs: 300,
      stealShare: 0,
      busyShare: 0.4,
      otherShare: 0.05,
      clientUtilisation: 0.35,
      agentUtilisation: 0.1,
    },
  }
}

const armStep: ArmStep = {
  arrivals: 6000,
  unanswered: 0,
  failed: 0,
  scored: 6000,
  unscored: 0,
  answeredPerSecond: 1000,
  answeredShare: 1,
  medianMs: { estimate: 0.3, lower: 0.29, upper: 0.31, count: 6 },
  p99Ms: { estimate: 0.9, lower: 0.8, upper: 1, count: 6 },
  pooledP99Ms: 0.9,
  serviceP99Ms: 0.9,
  latenessP99Ms: 0.1,
  lateShare: 0,
  mostInFlight: 3,
  haproxyThread: 0.4,
  agent: 0.1,
  client: 0.3,
  clientUtilisation: 0.35,
  agentUtilisation: 0.1,
  steal: 0,
  others: 0.05,
  machine: 0.4,
  saturated: null,
  isTailOurs: false,
  isOurs: false,
}

/** A step at which both arms hold, but for what is said of the offload. */
export function makeStep(rate: number, offload: Partial<ArmStep>): RatesStep {
  return {
    cell: testCell.id,
    rate,
    bypass: armStep,
    offload: { ...armStep, ...offload },
    overheadMs: { estimate: 0.2, lower: 0.18, upper: 0.22, count: 6 },
    overheadP99Ms: null,
  }
}

/** A record of nothing, but for what is said of it. */
export function makeRecord(changes: Partial<RatesRecord>): RatesRecord {
  return {
    schema: 'spoe-bench/rates/1',
    host: {
      schema: 'spoe-bench/host/1',
      fingerprint: {},
      node: 'v24.21.0',
      packages: {},
      keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
    },
    haproxys: [{ version: '3.4.7', source: 'path', buildHash: '' }],
    plan: testPlan,
    planHash: '',
    commitment: '',
    attempt: null,
    attempts: { number: 3, aborted: 1 },
    frozen: '',
    seed: '',
    outcome: 'measured',
    reasons: [],
    steps: [],
    knees: [],
    memory: { peakBytes: null, rounds: [] },
    stretches: [],
    ...changes,
  }
}
