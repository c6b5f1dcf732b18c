import { judge, type Judged } from './judge.ts'
import type { CellRecords } from './measure-cell.ts'
import type { Range } from './range.ts'
import type { Circumstances } from './rules.ts'
import { mean, meanOf, recentMean, type Witness } from './witness.ts'
import { agentClockWitnesses } from './witnesses/agent-clock.ts'
import { csvWitnesses } from './witnesses/csv.ts'
import { exporterWitnesses } from './witnesses/exporter.ts'
import { requestLogWitnesses } from './witnesses/request-log.ts'
import { spoeLogWitnesses } from './witnesses/spoe-log.ts'

export const witnesses: readonly Witness[] = [
  ...exporterWitnesses,
  ...csvWitnesses,
  ...requestLogWitnesses,
  ...spoeLogWitnesses,
  ...agentClockWitnesses,
]

/** What one witness said in one cell, and what is to be held of it. */
export interface Testimony extends Judged {
  readonly witness: string
  /** Whether HAProxy's connections to the agent were still open. */
  readonly connections: 'open' | 'closed'
  readonly readingMs: number
  readonly truthMs: Range
  /** What each fault that can be at work in this instrument would make it read, before rounding. */
  readonly predictions: Judged['explanations']
}

/** Hears every witness of a cell; one that has nothing to say on this release is left out. */
export function examine(records: CellRecords): Testimony[] {
  return (['open', 'closed'] as const).flatMap((connections) =>
    witnesses
      .filter(({ isReadTwice }) => connections === 'open' || isReadTwice)
      .flatMap((witness) => hear(witness, records, connections)),
  )
}

function hear(witness: Witness, records: CellRecords, connections: 'open' | 'closed'): Testimony[] {
  const readingMs = witness.read(records, records[connections])
  const truthMs = truthOf(witness, records)
  if (readingMs === null || truthMs === null) return []
  const circumstances: Circumstances = {
    truth: truthMs,
    samples: records.design.requests,
    underWay: records.underWay,
    openedConnections: records.lifetimesMs.length,
    closedConnections: connections === 'open' ? [] : records.lifetimesMs,
  }
  const { name, precision, rules } = witness
  return [
    {
      witness: name,
      connections,
      readingMs,
      truthMs,
      predictions: rules.map((rule) => ({ rule: rule.name, predictedMs: rule.predict(circumstances) })),
      ...judge({ ms: readingMs, precision, rules }, circumstances),
    },
  ]
}

/** Null where what it would be held against was not measured. */
function truthOf({ claim, statistic }: Witness, records: CellRecords): Range | null {
  const { agentMs, clientMs, design, requestLines } = records
  if (claim === 'agent') {
    const bracketMs = meanOf(requestLines.map(({ bracketUs }) => bracketUs && bracketUs / 1000))
    return bracketMs === null ? null : { lowMs: design.sleepMs, highMs: bracketMs }
  }
  if (statistic !== 'max') {
    const average = statistic === 'recent' ? recentMean : mean
    const [agent, client] = [average(agentMs), average(clientMs)]
    return claim === 'message'
      ? { lowMs: agent, highMs: client }
      : { lowMs: 0, highMs: Math.max(0, client - agent) }
  }
  const [agent, client] = [Math.max(...agentMs), Math.max(...clientMs)]
  return claim === 'message'
    ? { lowMs: agent, highMs: client }
    : { lowMs: 0, highMs: Math.max(0, client - Math.min(...agentMs)) }
}
