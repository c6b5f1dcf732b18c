import type { ArmName, Plan, PlanCase } from '../record/plan.ts'
import type { NotifyRecord } from '../record/samples.ts'
import { toMs } from '../record/units.ts'
import { allocateBlocks } from '../trial/allocation.ts'
import { type CaseLines, groupByCase } from '../trial/case-records.ts'
import { joinByPlan } from '../trial/join-outside.ts'
import { netLatencyNs, proofOf } from '../trial/join.ts'
import type { RunRecords } from '../trial/run-folder.ts'

/** Where a request was when, in ms from its start; what an arm does not have is null. */
export interface Stamps {
  readonly atAgent: number | null
  readonly sleepStart: number | null
  readonly sleepEnd: number | null
  readonly atOrigin: number
  readonly end: number
  /** How long HAProxy was at asking the agent, by its own clock; absent: it did not say. */
  readonly asked?: number
}

/** The timed requests of a case by arm, in the order of the blocks. */
export interface CaseSeries {
  readonly id: string
  readonly latencyMs: number
  readonly requests: number
  readonly isJudged: boolean
  /** Blocks before those that count. */
  readonly warmUpBlocks: number
  /** In ms, the agent's own sleep subtracted. */
  readonly netMs: Readonly<Partial<Record<ArmName, readonly number[]>>>
  readonly stamps: Readonly<Partial<Record<ArmName, readonly Stamps[]>>>
}

/**
 * What a drawing needs and run.json does not hold: every timed request of every case that was opened. A case
 * with faults has none: what can't be joined can't be drawn.
 */
export function readSeries({ plan, lines }: RunRecords): CaseSeries[] {
  const byCase = groupByCase(lines)
  return plan.cases.flatMap((planCase) => {
    const caseLines = byCase.get(planCase.id)
    const series = caseLines === undefined ? null : readCase(plan, planCase, caseLines)
    return series === null ? [] : [series]
  })
}

/** Block differences of two arms in ms, the first less the second. */
export function differencesMs({ netMs }: CaseSeries, first: ArmName, second: ArmName): number[] {
  const others = netMs[second]
  return others === undefined
    ? []
    : (netMs[first] ?? []).map((value, block) => value - (others[block] as number))
}

function readCase(plan: Plan, planCase: PlanCase, lines: CaseLines): CaseSeries | null {
  if (lines.key === undefined) return null
  const total = planCase.warmUpBlocks + planCase.requests
  const exchanges = Array.from({ length: total }, (_, block) => lines.blocks.get(block) ?? []).flat()
  const { requests, faults } = joinByPlan(plan, {
    exchanges,
    notifies: lines.notifies,
    requests: lines.requests,
  })
  if (faults.length > 0 || exchanges.length !== total * plan.arms.length) return null
  const { armOfPort } = allocateBlocks(plan, planCase, Buffer.from(lines.key, 'hex'))
  const armOf = new Map(lines.ports.map((port, code) => [port, armOfPort[code] as ArmName]))
  const notifyOf = new Map(lines.notifies.map((one, index) => [proofOf(one[0], one[1], index), one]))
  const originOf = new Map(
    lines.requests.map(([request, receivedNs, proof]) => [request, { receivedNs, proof }]),
  )

  const netMs: Partial<Record<ArmName, number[]>> = {}
  const stamps: Partial<Record<ArmName, Stamps[]>> = {}
  requests.forEach((request, index) => {
    if (index < planCase.warmUpBlocks * plan.arms.length) return
    const arm = armOf.get(request.port) as ArmName
    const origin = originOf.get(index)
    ;(netMs[arm] ??= []).push(toMs(netLatencyNs(request)))
    ;(stamps[arm] ??= []).push({
      ...agentStamps(request.startNs, notifyOf.get(origin?.proof ?? '')),
      atOrigin: toMs((origin?.receivedNs ?? request.startNs) - request.startNs),
      end: toMs(request.latencyNs),
      ...(request.askedNs === undefined ? {} : { asked: toMs(request.askedNs) }),
    })
  })
  const { id, latencyMs, isJudged, warmUpBlocks } = planCase
  return { id, latencyMs, requests: planCase.requests, isJudged, warmUpBlocks, netMs, stamps }
}

function agentStamps(
  startNs: number,
  notify: NotifyRecord | undefined,
): Pick<Stamps, 'atAgent' | 'sleepStart' | 'sleepEnd'> {
  if (notify === undefined) return { atAgent: null, sleepStart: null, sleepEnd: null }
  const [, , receivedNs, sleepStartNs, sleepEndNs] = notify
  return {
    atAgent: toMs(receivedNs - startNs),
    sleepStart: toMs(sleepStartNs - startNs),
    sleepEnd: toMs(sleepEndNs - startNs),
  }
}
