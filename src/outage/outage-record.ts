import { outageArms, openTimeoutMs } from '../haproxy/outage-config.ts'
import type { HaproxyRelease } from '../haproxy/config.ts'
import {
  type Change,
  type OutageCell,
  type OutageDesign,
  type OutageRecord,
  outageSchema,
} from '../record/outage.ts'
import { toMs, toNs } from '../record/units.ts'
import { quantile } from '../stats/quantile.ts'
import { classify } from './classify.ts'
import { computeArmFigures } from './figures.ts'
import { judgeArm } from './judge.ts'
import { type CellRecords } from './measure-cell.ts'
import type { OutageName } from './outages.ts'
import { predict } from './predictions.ts'

export interface CellHead {
  readonly haproxy: string
  readonly release: HaproxyRelease
  readonly outage: OutageName
  readonly design: OutageDesign
}

/** A cell of outage.json, from what was seen in it. */
export function outageCell(head: CellHead, records: CellRecords): OutageCell {
  const { haproxy, release, outage, design } = head
  const firstNs = Math.min(...records.exchanges.map(([, , , startNs]) => startNs))
  const since = ({ fromNs, toNs: endNs }: Change): Change => ({
    fromNs: fromNs - firstNs,
    toNs: endNs - firstNs,
  })
  const requests = classify({ ...records, slotsPerBlock: outageArms.length }).map((request) => ({
    ...request,
    startNs: request.startNs - firstNs,
    endNs: request.endNs - firstNs,
  }))
  const bypass = requests.filter(({ arm }) => arm === 'bypass')
  const bypassLatencyNs = bypass.map(({ startNs, endNs }) => endNs - startNs)
  const times = {
    failing: since(records.failing),
    healing: since(records.healing),
    longestNs: toNs(openTimeoutMs),
  }
  const predictFor = (timeoutMs: number): ReturnType<typeof predict> =>
    predict(outage, { release, timeoutMs, checkIntervalMs: design.checkIntervalMs })
  return {
    haproxy,
    outage,
    failing: times.failing,
    healing: times.healing,
    bypassMedianMs: toMs(quantile(bypassLatencyNs, 0.5)),
    bypassStartNs: bypass.map(({ startNs }) => startNs),
    bypassLatencyNs,
    predicted: predictFor(openTimeoutMs),
    arms: outageArms.flatMap(({ name, processingTimeoutMs }) => {
      if (processingTimeoutMs === undefined) return []
      const arm = { arm: name, timeoutMs: processingTimeoutMs }
      const figures = computeArmFigures(arm, requests, times, design.level)
      return [{ ...figures, disagreements: judgeArm(name, figures, predictFor(processingTimeoutMs)) }]
    }),
  }
}

/** `unexplained`: a row does what is not predicted. */
export function outageRecord(
  head: Pick<OutageRecord, 'runId' | 'startedAt' | 'host' | 'haproxys' | 'design' | 'planned'>,
  cells: readonly OutageCell[],
): OutageRecord {
  const isUnexplained = cells.some(({ arms }) => arms.some(({ disagreements }) => disagreements.length > 0))
  return outageSchema.parse({
    schema: 'spoe-bench/outage/1',
    ...head,
    outcome: cells.length < head.planned ? 'incomplete' : isUnexplained ? 'unexplained' : 'measured',
    cells,
  })
}

/** Everything in a cell that is not as predicted, each with its arm. */
export function disagreementsOf({ arms }: OutageCell): string[] {
  return arms.flatMap(({ arm, disagreements }) => disagreements.map((sentence) => `${arm}: ${sentence}`))
}
