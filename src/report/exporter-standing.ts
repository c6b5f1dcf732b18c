import { dividesBy512, samplesWindow } from '../exporter/rules.ts'
import type { Range } from '../exporter/range.ts'
import type { CaseResult, Run } from '../record/run.ts'
import type { CaseSeries } from './run-series.ts'

/**
 * What is known of the exporter's average of an agents backend on a release, from `npm run bench:exporter` on 2.6,
 * 3.0, 3.2 and 3.4. `unrelated`: it averages connections, not messages. `early`: right once 512 messages have gone
 * through since boot. `unknown`: the version can't be read.
 */
export type ExporterStanding = 'unrelated' | 'early' | 'unknown'

export function exporterStanding(version: string): ExporterStanding {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? []
  if (major === undefined || minor === undefined) return 'unknown'
  return Number(major) < 3 || (major === '3' && minor === '0') ? 'unrelated' : 'early'
}

/** Can the exporter be believed? A sentence: a run of the matrix reads no exporter. */
export function exporterSentence({ host }: Run): string {
  const { version } = host.haproxy
  const average = `the exporter's average time of the agents' backend on HAProxy ${version}`
  const instead = 'log `option set-process-time` instead'
  const sentences: Record<ExporterStanding, string> = {
    unrelated: `Don't believe ${average}: up to 3.0 it has nothing to do with the agent; ${instead}.`,
    early: `Believe ${average} only once ${samplesWindow} messages have gone through since boot: before, it divides their sum by ${samplesWindow}; ${instead}.`,
    unknown: 'Whether the exporter can be believed is not known of this HAProxy.',
  }
  return `${sentences[exporterStanding(version)]} (Not read in this run: \`npm run bench:exporter\`.)`
}

/** What the exporter must have shown at the end of a case, if the rule holds here as it did there. */
export interface PredictedReading {
  readonly result: CaseResult
  /** Messages since that case's HAProxy was booted, the warm-up's among them. */
  readonly messages: number
  /** ms: what a message took, between the agent's own clock and the client's. */
  readonly truth: Range
  readonly readingMs: Range
}

/** Of every case in which the agent slept; a reading is in whole milliseconds, so 0 ms tells nothing. */
export function predictReadings(run: Run, series: readonly CaseSeries[]): PredictedReading[] {
  if (exporterStanding(run.host.haproxy.version) !== 'early') return []
  return run.cases.flatMap((result) => {
    const warmUpBlocks = series.find(({ id }) => id === result.id)?.warmUpBlocks
    const { agentSleepMs, arms, latencyMs } = result
    if (warmUpBlocks === undefined || agentSleepMs === null || arms.offload === undefined || latencyMs === 0)
      return []
    const messages = warmUpBlocks + result.requests
    const truth = { lowMs: agentSleepMs.mean, highMs: arms.offload.mean }
    const readingMs = dividesBy512.predict({
      truth,
      samples: messages,
      underWay: 0,
      openedConnections: 0,
      closedConnections: [],
    })
    return [{ result, messages, truth, readingMs }]
  })
}
