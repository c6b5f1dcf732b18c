import { canonicalJson, sha256 } from '../record/canonical.ts'
import { commitTo, hashPlan, type PlanCase } from '../record/plan.ts'
import type { SampleLine } from '../record/samples.ts'
import { toNs } from '../record/units.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { analyseBlinded, hashBlinded } from './blinded-analysis.ts'
import { type CaseLines, groupByCase } from './case-records.ts'
import { identifyCode } from './code-identity.ts'
import { decoyId, plannedCases, planOfCase } from './decoy.ts'
import { isLateShift } from './late-shift.ts'
import type { RunRecords } from './run-folder.ts'

/** Order of a case's lines; blocks may end in any order, each once. */
const lineOrder = ['case', 'block', 'agent', 'origin', 'health', 'freeze', 'open'] as const

export interface Replay {
  /** The first thing that does not hold, in words; null when all of it does. */
  readonly fault: string | null
  /** What could not be checked and why, where a run ended before its time. */
  readonly notes: readonly string[]
  readonly isEarly: boolean
}

/**
 * Replays a run's records. A run that ended early is held to what it has: a case that was opened has to be
 * whole, and without the seed, which is written last, the keys are taken as they were published.
 */
export function replayRecords(records: RunRecords): Replay {
  const notes: string[] = []
  const fault =
    records.chainFault ?? checkOrder(records) ?? checkCommitment(records) ?? checkCases(records, notes)
  return {
    fault,
    notes: fault === null ? [...records.notes, ...notes, ...earlyNotes(records)] : [],
    isEarly: findEnd(records.lines)?.reason !== 'complete',
  }
}

function earlyNotes({ plan, lines }: RunRecords): string[] {
  const end = findEnd(lines)
  if (end?.reason === 'complete') return []
  const opened = lines.filter(({ type }) => type === 'open').length
  const finished = `${opened} of ${plannedCases(plan).length} cases are finished, and those were checked`
  return end === undefined
    ? [
        `the run ended early, without an end: ${finished}`,
        'its seed was never written, so the commitment can not be opened, and the keys are not held against it',
      ]
    : [`the run ended early, it was interrupted or a case failed: ${finished}`]
}

function findEnd(lines: readonly SampleLine[]): Extract<SampleLine, { type: 'end' }> | undefined {
  const last = lines.at(-1)
  return last?.type === 'end' ? last : undefined
}

function checkOrder({ lines, notes }: RunRecords): string | null {
  if (lines[0]?.type !== 'start') return 'expected the first line of samples.jsonl to be the start of the run'
  const end = findEnd(lines)
  if (end !== undefined && notes.length > 0) return 'expected nothing behind the end of samples.jsonl'
  let open: string | null = null
  let stage = 0
  const seen = new Set<string>()
  for (const [index, line] of lines.slice(1, end === undefined ? undefined : -1).entries()) {
    const where = `samples.jsonl, line ${index + 2}`
    if (line.type === 'start' || line.type === 'end') return `${where}: expected a line of a case`
    const next = lineOrder.indexOf(line.type)
    const isNew = line.type === 'case'
    const name = line.type === 'block' ? `${line.case} block ${line.block}` : `${line.case} ${line.type}`
    const isInOrder = isNew ? true : open === line.case && next >= stage
    if (!isInOrder || seen.has(name)) return `${where}: "${name}" is not in its place, or there twice`
    seen.add(name)
    open = line.case
    stage = next
  }
  return null
}

function checkCommitment({ plan, host, lines }: RunRecords): string | null {
  const start = lines.find((line) => line.type === 'start')
  if (start === undefined) return 'expected a start in samples.jsonl'
  if (start.runId !== plan.runId)
    return `plan.json is of the run ${plan.runId}, the samples of ${start.runId}`
  if (start.planHash !== hashPlan(plan)) return 'plan.json is not the plan that was committed to'
  if (start.hostHash !== sha256(canonicalJson(host))) return 'host.json is not what the run started with'
  const end = findEnd(lines)
  if (end === undefined) return null
  const seed = Buffer.from(end.seed, 'hex')
  return start.commitment === commitTo(plan, seed) ? null : 'the seed does not open the commitment'
}

function checkCases({ plan, lines }: RunRecords, notes: string[]): string | null {
  const end = findEnd(lines)
  const byCase = groupByCase(lines)
  const planned = plannedCases(plan)
  const unplanned = [...byCase.keys()].find((id) => !planned.some((planCase) => planCase.id === id))
  if (unplanned !== undefined) return `the case ${unplanned} is not in the plan`
  for (const planCase of planned) {
    const caseLines = byCase.get(planCase.id)
    if (caseLines?.key === undefined) {
      if (end?.reason === 'complete') return `${planCase.id}: expected it to be opened in a complete run`
      // Interrupted, and never opened: analysis leaves it out.
      continue
    }
    const fault = checkCase(
      { plan: planOfCase(plan, planCase.id), lines },
      planCase,
      caseLines,
      end?.seed ?? null,
      notes,
    )
    if (fault !== null) return `${planCase.id}: ${fault}`
  }
  return checkDecoyIsLast(lines)
}

/** Whoever knows the decoy could look for it in the other cases' figures. */
function checkDecoyIsLast(lines: readonly SampleLine[]): string | null {
  const opened = lines.flatMap((line) => (line.type === 'open' ? line.case : []))
  const place = opened.indexOf(decoyId)
  return place === -1 || place === opened.length - 1
    ? null
    : `expected the decoy to be opened last, ${opened.length - 1 - place} cases were opened after it`
}

type PlanAndLines = Pick<RunRecords, 'plan' | 'lines'>

function checkCase(
  { plan, lines }: PlanAndLines,
  planCase: PlanCase,
  caseLines: CaseLines,
  seed: string | null,
  notes: string[],
): string | null {
  const types = new Set(
    lines.flatMap((line) => ('case' in line && line.case === planCase.id ? line.type : [])),
  )
  const missing = lineOrder.find((type) => !types.has(type))
  if (missing !== undefined) return `its line "${missing}" is missing`
  const key = Buffer.from(caseLines.key ?? '', 'hex')
  if (seed !== null && !key.equals(caseKey(Buffer.from(seed, 'hex'), planCase.id))) {
    return 'its key does not follow from the seed'
  }
  const fault = checkAllocation({ plan, lines }, planCase, caseLines, key)
  if (fault !== null) return fault
  const blinded = analyseBlinded(plan, planCase, caseLines)
  if (caseLines.frozen !== hashBlinded(blinded)) {
    if (plan.code.hash === identifyCode().hash)
      return 'its blinded analysis is not the one that was frozen before the case was opened'
    notes.push(`${planCase.id}: the hash of its frozen analysis is of other code, and was not made again`)
  }
  const [first] = blinded.faults
  return first === undefined ? null : `its records do not join, so the run is invalid: ${first.message}`
}

/** Until 0.1.0 the deadline was kept by a timer alone, which is looked at when the event loop comes round. */
const graceMs = 1_000

/** Every slot went to the port that was drawn for it, at the time that was drawn for it. */
export function checkAllocation(
  { plan, lines }: PlanAndLines,
  planCase: PlanCase,
  { ports, blocks }: CaseLines,
  key: Uint8Array,
): string | null {
  const mode = lines.find((line) => line.type === 'case' && line.case === planCase.id)
  if (mode?.type === 'case' && mode.mode !== planCase.mode) return `it ran ${mode.mode}, not ${planCase.mode}`
  if (ports.length !== plan.arms.length || new Set(ports).size !== ports.length) {
    return `expected ${plan.arms.length} ports, one for each arm`
  }
  const { portOfSlot, offsetsNs, slotsPerBlock } = allocateBlocks(plan, planCase, key)
  const lateNs = toNs(plan.intervalMs)
  const longestNs = toNs(plan.requestDeadlineMs + graceMs)
  let shiftNs: number | null = null
  let delayNs = 0
  for (let block = 0; block * slotsPerBlock < portOfSlot.length; block++) {
    const exchanges = blocks.get(block)
    if (exchanges?.length !== slotsPerBlock) return `block ${block} is missing or not whole`
    for (const [place, [port, , intendedNs, startNs, endNs, wrong]] of exchanges.entries()) {
      const slot = block * slotsPerBlock + place
      if (port !== ports[portOfSlot[slot] as number])
        return `block ${block} is not in the order that was drawn`
      if (startNs < intendedNs || endNs < startNs) return `block ${block} has times that go back`
      if (wrong === null && endNs - startNs > longestNs)
        return `block ${block} has a request that took longer than its deadline and is said to be sound`
      if (offsetsNs === null) continue
      const ownShiftNs = intendedNs - (offsetsNs[slot] as number)
      const addedNs: number = ownShiftNs - (shiftNs ?? ownShiftNs)
      if (!isLateShift(addedNs, lateNs, delayNs)) {
        return `block ${block} has starts that were not drawn`
      }
      shiftNs = ownShiftNs
      delayNs = startNs - intendedNs
    }
  }
  return null
}
