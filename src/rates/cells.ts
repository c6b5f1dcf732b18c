import { connectionKinds, type RatesCell } from '../record/rates.ts'
import { TrialError } from '../trial/trial-error.ts'

/** A way of asking an HAProxy, before it is known how much it takes. */
export type CellShape = Omit<RatesCell, 'id' | 'haproxy' | 'capacity' | 'rates'>

export interface NamedShape extends CellShape {
  /** What is different about it. */
  readonly name: string
}

const plain: CellShape = {
  connections: 'keep-alive',
  event: 'on-client-session',
  headerBytes: 0,
  nbthread: 1,
  isPipelined: true,
  maxInFlight: 256,
}

/** What may be varied, one thing at a time. */
export const sweeps = {
  event: (): NamedShape[] =>
    (['on-client-session', 'on-frontend-http-request'] as const).map((event) => ({
      ...plain,
      event,
      name: event,
    })),
  payload: (): NamedShape[] =>
    [0, 1024, 4096, 16_384].map((headerBytes) => ({
      ...plain,
      // Headers are there from this event on.
      event: 'on-frontend-http-request',
      headerBytes,
      name: headerBytes === 0 ? 'ip alone' : `${headerBytes / 1024} kB of headers`,
    })),
  nbthread: (threads: readonly number[]): NamedShape[] =>
    (threads.length > 1 ? threads : [1, Math.max(2, ...threads)]).map((nbthread) => ({
      ...plain,
      nbthread,
      name: `nbthread ${nbthread}`,
    })),
  'in-flight': (): NamedShape[] =>
    [1, 10, 100, 1000].map((maxInFlight) => ({ ...plain, maxInFlight, name: `${maxInFlight} in flight` })),
  pipelining: (): NamedShape[] =>
    [true, false].map((isPipelined) => ({
      ...plain,
      isPipelined,
      name: `pipelining ${isPipelined ? 'on' : 'off'}`,
    })),
}
export type SweepName = keyof typeof sweeps

/** @throws {TrialError} `usage` for a sweep that there is not */
export function parseSweep(text: string | undefined): SweepName | null {
  if (text === undefined) return null
  if (Object.hasOwn(sweeps, text)) return text as SweepName
  const names = Object.keys(sweeps).join(', ')
  throw new TrialError('usage', `Expected --sweep to be one of ${names}, got "${text}".`)
}

/** The cells of one HAProxy: kept and new connections, or what a sweep varies. */
export function listShapes(sweep: SweepName | null, threads: readonly number[]): NamedShape[] {
  if (sweep === 'nbthread') return sweeps.nbthread(threads)
  const shapes =
    sweep === null
      ? connectionKinds.map((connections) => ({ ...plain, connections, name: connections }))
      : sweeps[sweep]()
  return threads.flatMap((nbthread) =>
    shapes.map((shape) => ({
      ...shape,
      nbthread,
      name: threads.length === 1 ? shape.name : `${shape.name}, nbthread ${nbthread}`,
    })),
  )
}
