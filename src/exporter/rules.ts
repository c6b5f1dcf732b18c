/**
 * Known faults of HAProxy's averages. Each predicts what would be read if it were at work, and that is how it
 * is told whether it is: no rule looks at a version, so a release that mends one stops matching it. Which of
 * them can be at work in a reading, its witness says.
 */
import { largest, nought, scale, sum, type Range } from './range.ts'

/** HAProxy's TIME_STATS_SAMPLES: its averages forget older samples than this. */
export const samplesWindow = 512

/** What happened while the reading was made, by clocks that are not HAProxy's. */
export interface Circumstances {
  /** What the reading should be. */
  readonly truth: Range
  /** Messages that were answered; as many requests. */
  readonly samples: number
  /** Messages that had no answer yet when the 513th came. */
  readonly underWay: number
  /** HAProxy's connections to the agent so far. */
  readonly openedConnections: number
  /** Lifetimes of those that have closed. */
  readonly closedConnections: readonly Range[]
}

export interface Rule {
  readonly name: string
  /** Between which values the figure stands before HAProxy rounds it. */
  predict(circumstances: Circumstances): Range
}

export const dividesBy512: Rule = {
  name: 'divides by 512 whatever the number of samples',
  predict: ({ truth, samples }) => scale(truth, Math.min(samples, samplesWindow) / samplesWindow),
}

/**
 * HAProxy counts a message when it sends it and its time when it ends. The count decides when the average begins
 * to forget: by then the times of those under way are missing, and what misses is forgotten slowly.
 */
export const forgetsEarly: Rule = {
  name: 'begins to forget while messages of the first 512 are still under way',
  predict({ truth, samples, underWay }) {
    if (samples <= samplesWindow || underWay === 0) return truth
    const share = (missing: number): number => {
      const forgotten = samples - samplesWindow + missing
      return 1 - (missing / samplesWindow) * (1 - 1 / samplesWindow) ** forgotten
    }
    // The 513th was sent a moment before the agent read it.
    return {
      lowMs: truth.lowMs * share(underWay + 1),
      highMs: truth.highMs * share(Math.max(0, underWay - 1)),
    }
  },
}

const perConnection = 'counts one sample per TCP connection, at its close'

/** Of the exporter, which divides by 512 on top of it. */
export const countsConnections: Rule = {
  name: perConnection,
  predict: ({ closedConnections }) => scale(sum(closedConnections), 1 / samplesWindow),
}

/** Of the CSV: it divides by the connections that were opened, at most 512. */
export const averagesConnections: Rule = {
  name: perConnection,
  predict: ({ closedConnections, openedConnections }) =>
    scale(sum(closedConnections), 1 / Math.min(Math.max(openedConnections, 1), samplesWindow)),
}

/** Of a maximum. */
export const longestConnection: Rule = {
  name: perConnection,
  predict: ({ closedConnections }) => largest(closedConnections),
}

export const neverMeasured: Rule = {
  name: 'response time is 0 where the backend is not HTTP',
  predict: () => nought,
}

/**
 * What a reading that was divided by 512 too early stands for, in ms; null where nothing has to be corrected
 * (512 samples and more) or can be (none). Valid only where `dividesBy512` explains the reading, and the whole
 * millisecond that a reading is rounded by grows by the same factor.
 */
export function correctDivisor(readingMs: number, samples: number): number | null {
  return samples > 0 && samples < samplesWindow ? (readingMs * samplesWindow) / samples : null
}
