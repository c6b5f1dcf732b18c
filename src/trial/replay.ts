import { canonicalJson, sha256 } from '../record/canonical.ts'
import { commitTo, hashPlan, type PlanCase } from '../record/plan.ts'
import type { SampleLine } from '../record/samples.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { analyseBlinded, hashBlinded } from './blinded-analysis.ts'
import { type CaseLines, groupByCase } from './case-records.ts'
import type { RunRecords } from './run-folder.ts'

/** Order of a case's lines; blocks may end in any order, each once. */
const lineOrder = ['case', 'block', 'agent', 'origin', 'health', 'freeze', 'open'] as const

/** Replays a run's records: the first thing in them that does not hold, in words, or null. */
export function replayRecords(records: RunRecords): string | null {
  if (records.chainFault !== null) return records.chainFault
  if (records.notes.length > 0) return records.notes.join('; ')
  return checkOrder(records.lines) ?? checkCommitment(records) ?? checkCases(records)
}

function checkOrder(lines: readonly SampleLine[]): string | null {
  if (lines[0]?.type !== 'start') return 'expected the first line of samples.jsonl to be the start of the run'
  if (lines.at(-1)?.type !== 'end') {
    return 'expected the last line of samples.jsonl to be the end of the run with its seed: it was cut off, or ended before its time'
  }
  let open: string | null = null
  let stage = 0
  const seen = new Set<string>()
  for (const [index, line] of lines.slice(1, -1).entries()) {
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
  const end = lines.find((line) => line.type === 'end')
  if (start === undefined || end === undefined) return 'expected a start and an end in samples.jsonl'
  if (start.runId !== plan.runId)
    return `plan.json is of the run ${plan.runId}, the samples of ${start.runId}`
  if (start.planHash !== hashPlan(plan)) return 'plan.json is not the plan that was committed to'
  if (start.hostHash !== sha256(canonicalJson(host))) return 'host.json is not what the run started with'
  const seed = Buffer.from(end.seed, 'hex')
  if (start.commitment !== commitTo(plan, seed)) return 'the seed does not open the commitment'
  return null
}

function checkCases({ plan, lines }: RunRecords): string | null {
  const end = lines.find((line) => line.type === 'end')
  const seed = Buffer.from(end?.seed ?? '', 'hex')
  const byCase = groupByCase(lines)
  const unplanned = [...byCase.keys()].find((id) => !plan.cases.some((planCase) => planCase.id === id))
  if (unplanned !== undefined) return `the case ${unplanned} is not in the plan`
  for (const planCase of plan.cases) {
    const caseLines = byCase.get(planCase.id)
    // A case that was interrupted was never opened, and analysis leaves it out.
    if (caseLines?.key === undefined) continue
    const key = caseKey(seed, planCase.id)
    if (caseLines.key !== Buffer.from(key).toString('hex')) {
      return `${planCase.id}: its key does not follow from the seed`
    }
    const fault = checkAllocation({ plan, lines }, planCase, caseLines, key)
    if (fault !== null) return `${planCase.id}: ${fault}`
    if (caseLines.frozen !== hashBlinded(analyseBlinded(plan, planCase, caseLines))) {
      return `${planCase.id}: its blinded analysis is not the one that was frozen before the case was opened`
    }
  }
  return null
}

/** Every slot went to the port that was drawn for it, at the time that was drawn for it. */
function checkAllocation(
  { plan, lines }: Pick<RunRecords, 'plan' | 'lines'>,
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
  let shiftNs = -Infinity
  for (let block = 0; block * slotsPerBlock < portOfSlot.length; block++) {
    const exchanges = blocks.get(block)
    if (exchanges?.length !== slotsPerBlock) return `block ${block} is missing or not whole`
    for (const [place, [port, , intendedNs, startNs, endNs]] of exchanges.entries()) {
      const slot = block * slotsPerBlock + place
      if (port !== ports[portOfSlot[slot] as number])
        return `block ${block} is not in the order that was drawn`
      if (startNs < intendedNs || endNs < startNs) return `block ${block} has times that go back`
      if (offsetsNs === null) continue
      // After a stall the schedule shifts, and it never comes forward again.
      const ownShiftNs = intendedNs - (offsetsNs[slot] as number)
      if (ownShiftNs < shiftNs) return `block ${block} has starts that were not drawn`
      shiftNs = ownShiftNs
    }
  }
  return null
}
