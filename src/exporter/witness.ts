import type { Precision } from './judge.ts'
import type { CellRecords, Scrape } from './measure-cell.ts'
import { samplesWindow, type Rule } from './rules.ts'

/** What a witness claims to tell, and so what it is held against. */
export type Claim =
  /** What a message takes: no less than the agent's own time, no more than the client's latency. */
  | 'message'
  /** What a request takes beside its message: no more than the client's latency less the agent's time. */
  | 'rest'
  /** The agent's own time: no less than its planned sleep, no more than HAProxy saw between two readings of its clock. */
  | 'agent'

/** One instrument, read in one way. Its unit is the millisecond. */
export interface Witness {
  readonly name: string
  readonly measures: string
  readonly claim: Claim
  /** `recent`: as HAProxy's averages, the mean of up to 512 samples, older ones fading out beyond. */
  readonly statistic: 'mean' | 'recent' | 'max'
  readonly precision: Precision
  readonly rules: readonly Rule[]
  /** Whether it is read again once the agent has closed HAProxy's connections. */
  readonly isReadTwice: boolean
  /** Null where HAProxy says nothing. */
  read(records: CellRecords, scrape: Scrape): number | null
}

/** HAProxy's averages: samples are cut to whole milliseconds, the average is rounded up. So are its maxima cut. */
export const wholeMilliseconds: Precision = { resolutionMs: 1, belowMs: 1, aboveMs: 1 }

export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

/** The mean of up to 512 values; beyond, each new one takes the place of a 512th of the sum, as HAProxy has it. */
export function recentMean(values: readonly number[]): number {
  if (values.length <= samplesWindow) return mean(values)
  return values
    .slice(samplesWindow)
    .reduce(
      (average, value) => average + (value - average) / samplesWindow,
      mean(values.slice(0, samplesWindow)),
    )
}

/** The mean over those lines that have the value; null where none has. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null)
  return present.length === 0 ? null : mean(present)
}
