/**
 * Known faults of HAProxy's averages. Each predicts what would be read if it were at work, and that is how it
 * is told whether it is: no rule looks at a version, so a release that mends one stops matching it.
 */
import type { Range } from './range.ts'

/** HAProxy's TIME_STATS_SAMPLES: its averages forget older samples than this. */
export const samplesWindow = 512

/** Which of the exporter's averages a reading is. */
export type Average = 'total' | 'response'

/** What happened while the average was made, by clocks that are not HAProxy's. */
export interface Circumstances {
  /** Mean per message: the agent's own time is the least it can be, the client's latency the most. */
  readonly truth: Range
  /** Messages that were answered. */
  readonly samples: number
  /** Lifetimes of the connections to the agent that have closed. */
  readonly closedConnectionsMs: readonly number[]
}

export interface Rule {
  readonly name: string
  readonly averages: readonly Average[]
  /** Between which values the average stands before HAProxy rounds it. */
  predict(circumstances: Circumstances): Range
}

export const dividesBy512: Rule = {
  name: 'divides by 512 whatever the number of samples',
  averages: ['total'],
  predict({ truth, samples }) {
    const share = Math.min(samples, samplesWindow) / samplesWindow
    return { lowMs: truth.lowMs * share, highMs: truth.highMs * share }
  },
}

export const countsConnections: Rule = {
  name: 'one sample per TCP connection, at its close',
  averages: ['total'],
  predict({ closedConnectionsMs }) {
    const ms = closedConnectionsMs.reduce((sum, lifetimeMs) => sum + lifetimeMs, 0) / samplesWindow
    return { lowMs: ms, highMs: ms }
  },
}

export const neverMeasured: Rule = {
  name: 'response time is 0 where the backend is not HTTP',
  averages: ['response'],
  predict: () => ({ lowMs: 0, highMs: 0 }),
}

export const rules: readonly Rule[] = [dividesBy512, countsConnections, neverMeasured]

/**
 * What a reading that was divided by 512 too early stands for, in ms; null where nothing has to be corrected
 * (512 samples and more) or can be (none). Valid only where `dividesBy512` explains the reading, and the whole
 * millisecond that a reading is rounded by grows by the same factor.
 */
export function correctDivisor(readingMs: number, samples: number): number | null {
  return samples > 0 && samples < samplesWindow ? (readingMs * samplesWindow) / samples : null
}
