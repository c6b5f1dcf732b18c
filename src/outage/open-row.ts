import { outageArms } from '../haproxy/outage-config.ts'
import { fateLetters, type OutageArm, type OutageCell } from '../record/outage.ts'
import type { OutageRow, Prediction } from '../record/outage-plan.ts'
import { toMs } from '../record/units.ts'
import { quantile } from '../stats/quantile.ts'
import type { BlindedRow } from './blinded-row.ts'
import type { FatedRequest } from './classify.ts'
import { armsOfRow } from './drawn.ts'
import type { CodeFigures } from './figures.ts'
import { judgeArm } from './judge.ts'

/** A row of outage.json: its frozen figures, each now said of an arm, and held against what the plan predicts. */
export function openRow(row: OutageRow, blinded: BlindedRow, key: Uint8Array): OutageCell {
  const { requests, times, figures } = blinded
  const armOfCode = armsOfRow(key)
  const controlCode = armOfCode.indexOf('bypass')
  const bypass = requests.filter(({ code }) => code === controlCode)
  const latencies = (own: readonly FatedRequest[]): number[] =>
    own.map(({ startNs, endNs }) => endNs - startNs)
  return {
    row: row.id,
    haproxy: row.haproxy,
    outage: row.outage,
    failing: times.failing,
    healing: times.healing,
    bypassMedianMs: toMs(quantile(latencies(bypass), 0.5)),
    bypassStartNs: bypass.map(({ startNs }) => startNs),
    bypassLatencyNs: latencies(bypass),
    arms: outageArms.flatMap(({ name, processingTimeoutMs }): OutageArm[] => {
      if (processingTimeoutMs === undefined) return []
      const code = armOfCode.indexOf(name)
      const own = requests.filter((request) => request.code === code)
      const { addedMs, ...counts } = figures[code] as CodeFigures
      const said = { ...counts, timeoutMs: processingTimeoutMs, addedMs: addedMs[controlCode] ?? null }
      return [
        {
          arm: name,
          ...said,
          disagreements: judgeArm(name, said, row.predicted[name] as Prediction),
          startNs: own.map(({ startNs }) => startNs),
          latencyNs: latencies(own),
          fates: own.map(({ fate }) => fateLetters[fate]).join(''),
        },
      ]
    }),
  }
}

/** Everything in a row that is not as predicted, each with its arm. */
export function disagreementsOf({ arms }: OutageCell): string[] {
  return arms.flatMap(({ arm, disagreements }) => disagreements.map((sentence) => `${arm}: ${sentence}`))
}
