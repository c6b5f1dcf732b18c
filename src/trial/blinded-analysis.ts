import { canonicalOf, sha256 } from '../record/canonical.ts'
import type { Plan, PlanCase } from '../record/plan.ts'
import type { Effect, Summary } from '../record/run.ts'
import type { Exchange, OriginRecord } from '../record/samples.ts'
import { toMs, toNs } from '../record/units.ts'
import { quantile, summarise } from '../stats/quantile.ts'
import type { CaseLines } from './case-records.ts'
import { type EffectOptions, estimateEffect, mirrorEffect } from './effect.ts'
import { joinByPlan } from './join-outside.ts'
import { type Fault, type JoinedRequest, netLatencyNs } from './join.ts'

/** A port, as the analysis knows it: by its code, the place that it has among the ports of the case. */
export interface BlindedPort {
  readonly latencyMs: Summary
  readonly sleepMs: Summary | null
  /** Timed requests of this port that crossed an agent. */
  readonly notified: number
  /** In order of the blocks. */
  readonly latenciesNs: readonly number[]
  readonly netNs: readonly number[]
  /** What HAProxy itself took to ask; absent: it did not say. */
  readonly askedNs?: readonly number[]
}

/** Two ports against each other, the first less the second. */
export interface PairEffects {
  /** Of the latencies less the agent's own sleep, where there was one. */
  readonly net: Effect
  /** Of the latencies as they are. */
  readonly gross: Effect
  readonly netP99Ms: number | null
}

export interface BlindedCase {
  readonly ports: readonly BlindedPort[]
  /** For every two codes i < j under the name `i-j`: port i less port j. Empty when blocks are missing. */
  readonly pairs: ReadonlyMap<string, PairEffects>
  readonly lateStarts: number
  /** How late a twentieth of the requests started at least; null where they go one at a time. */
  readonly startDelayMs: number | null
  readonly timedHellos: number
  readonly faults: readonly Fault[]
}

/**
 * The analysis of a case under codes. Nothing in here knows which port is which arm: the agent's sleep is
 * subtracted wherever there was one, and the same is computed for every port.
 */
export function analyseBlinded(plan: Plan, planCase: PlanCase, lines: CaseLines): BlindedCase {
  const faults: Fault[] = []
  const slotsPerBlock = plan.arms.length
  const total = planCase.warmUpBlocks + planCase.requests
  const exchanges = Array.from({ length: total }, (_, block) => lines.blocks.get(block) ?? []).flat()
  if (exchanges.length !== total * slotsPerBlock || lines.blocks.size !== total) {
    faults.push({ kind: 'blocks', message: `${total} blocks were planned, ${lines.blocks.size} are there` })
    return { ports: [], pairs: new Map(), lateStarts: 0, startDelayMs: null, timedHellos: 0, faults }
  }
  const uneven = [...lines.blocks].find(([, block]) => !hasEveryPortOnce(block, lines.ports))
  if (uneven !== undefined) {
    faults.push({ kind: 'blocks', message: `block ${uneven[0]} does not have every port once` })
    return { ports: [], pairs: new Map(), lateStarts: 0, startDelayMs: null, timedHellos: 0, faults }
  }
  const joined = joinByPlan(plan, { exchanges, notifies: lines.notifies, requests: lines.requests })
  faults.push(...joined.faults)
  for (const message of lines.agentErrors) faults.push({ kind: 'agent', message })

  const firstSlot = planCase.warmUpBlocks * slotsPerBlock
  const timed = exchanges.slice(firstSlot)
  const lateNs = toNs(plan.intervalMs)
  const delaysNs = timed.map(([, , intendedNs, startNs]) => startNs - intendedNs)
  const isPaced = plan.condition === 'paced'
  const lateStarts = isPaced ? delaysNs.filter((delayNs) => delayNs > lateNs).length : 0
  const startDelayMs = isPaced ? toMs(quantile(delaysNs, 0.95)) : null
  const [fromNs, untilNs] = timedWindow(plan, timed, lines.requests, firstSlot)
  const timedHellos = lines.hellos.filter(
    ([receivedNs]) => receivedNs >= fromNs && receivedNs <= untilNs,
  ).length
  if (plan.timedHellos !== null && timedHellos > plan.timedHellos) {
    faults.push({
      kind: 'hello',
      message: `${timedHellos} HELLOs came while it was timed, ${plan.timedHellos} are allowed`,
    })
  }

  const timedRequests = joined.requests.slice(firstSlot)
  const ports = lines.ports.map((port) => blindPort(timedRequests.filter((request) => request.port === port)))
  for (const [code, port] of ports.entries()) {
    if (port.notified !== 0 && port.notified !== planCase.requests) {
      faults.push({
        kind: 'notify-count',
        message:
          plan.agent === undefined
            ? `of ${planCase.requests} requests to port ${code} ${port.notified} crossed an agent`
            : `of ${planCase.requests} requests to port ${code} ${planCase.requests - port.notified} failed open: ` +
              `${plan.agent.proof.join(' and ')} was not set for them`,
      })
    }
  }
  const effectOptions = { level: plan.level, resamples: plan.bootstrapResamples }
  return { ports, pairs: comparePorts(ports, effectOptions), lateStarts, startDelayMs, timedHellos, faults }
}

/** From when to when the case was timed, on the agent's clock; that of workers is another, so there the origin tells. */
function timedWindow(
  { workers }: Plan,
  timed: readonly Exchange[],
  requests: readonly OriginRecord[],
  firstSlot: number,
): [number, number] {
  if (workers === undefined) {
    return [timed[0]?.[3] ?? 0, Math.max(...timed.map((exchange) => exchange[4]))]
  }
  const receivedNs = requests.flatMap(([request, atNs]) => (request >= firstSlot ? [atNs] : []))
  return [Math.min(...receivedNs), Math.max(...receivedNs)]
}

function hasEveryPortOnce(block: readonly Exchange[], ports: readonly number[]): boolean {
  const own = new Set(block.map(([port]) => port))
  return block.length === ports.length && ports.every((port) => own.has(port))
}

/** What a case is frozen by: SHA-256 of its blinded analysis, before anyone knows which code is which arm. */
export function hashBlinded(blinded: BlindedCase): string {
  const plain = { ...blinded, pairs: Object.fromEntries(blinded.pairs) }
  return sha256(canonicalOf(plain))
}

function comparePorts(ports: readonly BlindedPort[], options: EffectOptions): Map<string, PairEffects> {
  const pairs = new Map<string, PairEffects>()
  ports.forEach((second, j) => {
    ports.slice(0, j).forEach((first, i) => {
      pairs.set(`${i}-${j}`, {
        net: estimateEffect(differences(first.netNs, second.netNs), options),
        gross: estimateEffect(differences(first.latenciesNs, second.latenciesNs), options),
        netP99Ms: p99DifferenceMs(first.netNs, second.netNs),
      })
    })
  })
  return pairs
}

/** Port `first` less port `second`, whichever way round they were compared. */
export function pairOf(blinded: BlindedCase, first: number, second: number): PairEffects | null {
  const asIs = blinded.pairs.get(`${first}-${second}`)
  if (asIs !== undefined) return asIs
  const mirrored = blinded.pairs.get(`${second}-${first}`)
  if (mirrored === undefined) return null
  return {
    net: mirrorEffect(mirrored.net),
    gross: mirrorEffect(mirrored.gross),
    netP99Ms: mirrored.netP99Ms === null ? null : 0 - mirrored.netP99Ms,
  }
}

function blindPort(requests: readonly JoinedRequest[]): BlindedPort {
  const latenciesNs = requests.map((request) => request.latencyNs)
  const sleepsNs = requests.flatMap(({ sleepNs }) => (sleepNs === null ? [] : [sleepNs]))
  const askedNs = requests.flatMap((request) => request.askedNs ?? [])
  return {
    latencyMs: summaryInMs(latenciesNs),
    sleepMs: sleepsNs.length === 0 ? null : summaryInMs(sleepsNs),
    notified: sleepsNs.length,
    latenciesNs,
    netNs: requests.map(netLatencyNs),
    ...(askedNs.length < requests.length || requests.length === 0 ? {} : { askedNs }),
  }
}

/** Block by block, `first` less `second`. */
export function differences(first: readonly number[], second: readonly number[]): number[] {
  return first.map((value, block) => value - (second[block] as number))
}

export function summaryInMs(sampleNs: readonly number[]): Summary {
  const { count, mean, median, p90, p99, min, max } = summarise(sampleNs)
  return {
    count,
    mean: toMs(mean),
    median: toMs(median),
    p90: toMs(p90),
    p99: toMs(p99),
    min: toMs(min),
    max: toMs(max),
  }
}

/** Difference of the 99th percentiles in ms, null where there are too few blocks for one. */
export function p99DifferenceMs(first: readonly number[], second: readonly number[]): number | null {
  const [a, b] = [summarise(first).p99, summarise(second).p99]
  return a === null || b === null ? null : toMs(a - b)
}
