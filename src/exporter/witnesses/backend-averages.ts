import type { BackendTimes } from '../../haproxy/backend-times.ts'
import { backends, type Scrape } from '../measure-cell.ts'
import {
  averagesConnections,
  countsConnections,
  dividesBy512,
  forgetsEarly,
  longestConnection,
  neverMeasured,
  type Rule,
} from '../rules.ts'
import { wholeMilliseconds, type Witness } from '../witness.ts'

type Backend = keyof typeof backends
type Statistic = 'recent' | 'max'

/** An instrument that shows averages and maxima of every backend. */
export interface BackendInstrument {
  readonly name: string
  readonly agentsAverageRules: readonly Rule[]
  readonly trafficAverageRules: readonly Rule[]
  read(scrape: Scrape, backend: string, statistic: Statistic): BackendTimes | null
}

export const exporterRules = {
  agentsAverageRules: [dividesBy512, countsConnections, forgetsEarly],
  trafficAverageRules: [dividesBy512],
} as const

export const csvRules = {
  agentsAverageRules: [averagesConnections, forgetsEarly],
  trafficAverageRules: [],
} as const

/** Its sixteen readings: two backends, four times, average and maximum. */
export function backendWitnesses(instrument: BackendInstrument): Witness[] {
  return (['agents', 'traffic'] as const).flatMap((backend) =>
    (['recent', 'max'] as const).flatMap((statistic) =>
      times.map((time) => backendWitness(instrument, backend, statistic, time)),
    ),
  )
}

const times = ['total', 'response', 'connect', 'queue'] as const
type Time = (typeof times)[number]

function backendWitness(
  instrument: BackendInstrument,
  backend: Backend,
  statistic: Statistic,
  time: Time,
): Witness {
  return {
    name: `${instrument.name}, ${backend}, ${time}, ${statistic === 'recent' ? 'average' : 'max'}`,
    measures: measures[backend][time],
    claim: time === 'total' || (backend === 'agents' && time === 'response') ? 'message' : 'rest',
    statistic,
    precision: wholeMilliseconds,
    rules: rulesOf(instrument, backend, statistic, time),
    isReadTwice: backend === 'agents',
    read: (_records, scrape) => instrument.read(scrape, backends[backend], statistic)?.[`${time}Ms`] ?? null,
  }
}

function rulesOf(
  instrument: BackendInstrument,
  backend: Backend,
  statistic: Statistic,
  time: Time,
): readonly Rule[] {
  if (backend === 'agents' && time === 'response') return [neverMeasured]
  if (time !== 'total') return []
  if (statistic === 'max') return backend === 'agents' ? [longestConnection] : []
  return backend === 'agents' ? instrument.agentsAverageRules : instrument.trafficAverageRules
}

const measures = {
  agents: {
    total: 'a message, from HAProxy to the agent and back',
    response: 'the agent, from NOTIFY to ACK',
    connect: 'connecting to the agent',
    queue: 'waiting for a connection to the agent',
  },
  traffic: {
    total: 'a request, SPOE included',
    response: 'the origin, from request to response',
    connect: 'connecting to the origin',
    queue: 'waiting for a connection to the origin',
  },
} as const
