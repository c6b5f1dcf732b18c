import type {
  AgentFigures,
  ArmLoad,
  LoadTurn,
  PeerAgent,
  Peers,
  PeersDesign,
  Ratio,
  Spread,
} from '../../record/peers.ts'
import { createRandom, deriveKey } from '../../record/random.ts'
import { toMs } from '../../record/units.ts'
import { bootstrapShiftRatio } from '../../stats/bootstrap-ratio.ts'
import { hodgesLehmann } from '../../stats/hodges-lehmann.ts'
import { quantile } from '../../stats/quantile.ts'
import { signedRankInterval } from '../../stats/signed-rank.ts'
import { differences } from '../blinded-analysis.ts'
import { estimateEffect } from '../effect.ts'
import type { Latencies } from './measure-latency.ts'
import { bypassName, oursName } from './peer.ts'

const bootstrapResamples = 1_999

/** Resampling needs numbers, not secrets: the same ones every time, so that figures can be made again. */
const resamplingKey = deriveKey(new Uint8Array(32), 'ratio')

export interface PeersRecords extends Latencies {
  readonly design: PeersDesign
  readonly agents: readonly PeerAgent[]
  readonly load: readonly LoadTurn[]
}

/** All figures of a comparison, from its records alone. Every ratio is ours / the other one. */
export function computeFigures(records: PeersRecords): Pick<Peers, 'bypass' | 'figures'> {
  const { agents, latenciesNs, load, design } = records
  const { level } = design
  const effectOptions = { level, resamples: bootstrapResamples }
  const latency = (arm: string): number[] => latenciesNs[arm] ?? []
  const turns = (arm: string): LoadTurn[] => load.filter((turn) => turn.arm === arm)
  const bypass = latency(bypassName)
  const ours = differences(latency(oursName), bypass)

  const figures = agents.map(({ name, isOurs }): AgentFigures => {
    const added = differences(latency(name), bypass)
    const paired = (figure: (turn: LoadTurn) => number | null): Ratio | null =>
      isOurs ? null : pairedRatio(turns(oursName).map(figure), turns(name).map(figure), level)
    return {
      name,
      addedMs: estimateEffect(added, effectOptions),
      addedMedianMs: toMs(quantile(added, 0.5)),
      addedRatio: isOurs ? null : ratioOfShifts(ours, added, level),
      differenceMs: isOurs ? null : estimateEffect(differences(ours, added), effectOptions),
      load: summariseLoad(turns(name)),
      loadRatio: paired(requestsPerSecond),
      cpuRatio: paired(cpuUsPerRequest),
    }
  })
  return {
    bypass: { medianMs: toMs(quantile(bypass, 0.5)), load: summariseLoad(turns(bypassName)) },
    figures,
  }
}

function ratioOfShifts(ours: readonly number[], theirs: readonly number[], level: number): Ratio {
  const random = createRandom(resamplingKey)
  return bootstrapShiftRatio(ours, theirs, { level, resamples: bootstrapResamples, random })
}

function requestsPerSecond({ requests, elapsedNs }: LoadTurn): number {
  return (requests * 1e9) / elapsedNs
}

/** null where the time can't be had, or nothing was served. */
function cpuUsPerRequest({ agentCpuMs, requests }: LoadTurn): number | null {
  return agentCpuMs === null || requests === 0 ? null : (agentCpuMs * 1000) / requests
}

function summariseLoad(turns: readonly LoadTurn[]): ArmLoad {
  const cpu = known(turns.map(cpuUsPerRequest))
  const elapsedMs = turns.reduce((sum, turn) => sum + turn.elapsedNs / 1e6, 0)
  const share = (figure: (turn: LoadTurn) => number | null): number | null => {
    const used = known(turns.map(figure))
    return used === null ? null : used.reduce((sum, ms) => sum + ms, 0) / elapsedMs
  }
  return {
    requestsPerSecond: spreadOf(turns.map(requestsPerSecond)),
    cpuUsPerRequest: cpu === null ? null : spreadOf(cpu),
    agentShare: share(({ agentCpuMs }) => agentCpuMs),
    clientShare: share(({ clientCpuMs }) => clientCpuMs),
    haproxyShare: share(({ haproxyCpuMs }) => haproxyCpuMs),
    clientUtilisation: turns.reduce((sum, turn) => sum + turn.clientUtilisation, 0) / turns.length,
  }
}

/**
 * Ratio of two figures of the same rounds: the Hodges-Lehmann shift of the logarithms with its exact interval,
 * so that ours / theirs and theirs / ours say the same. Bounds need six rounds at 95 %.
 */
export function pairedRatio(
  ours: readonly (number | null)[],
  theirs: readonly (number | null)[],
  level: number,
): Ratio {
  const logs = known(ours.map((one, round) => logRatio(one, theirs[round] ?? null)))
  if (logs === null) return { estimate: null, lower: null, upper: null, level }
  const { lower, upper } = signedRankInterval(logs, { level, sides: 'two' })
  const exp = (log: number | null): number | null => (log === null ? null : Math.exp(log))
  return { estimate: Math.exp(hodgesLehmann(logs)), lower: exp(lower), upper: exp(upper), level }
}

/** null where one is not known, or too small for its clock. */
function logRatio(one: number | null, other: number | null): number | null {
  return one !== null && other !== null && one > 0 && other > 0 ? Math.log(one / other) : null
}

/** All of them, or null when one is missing: a figure of some rounds would not be paired. */
function known(values: readonly (number | null)[]): number[] | null {
  const present = values.filter((value) => value !== null)
  return present.length === values.length && present.length > 0 ? present : null
}

function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}
