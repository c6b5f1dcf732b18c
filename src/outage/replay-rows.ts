import { outageArms } from '../haproxy/outage-config.ts'
import type { OutageCell, OutageFailure } from '../record/outage.ts'
import type { OutageDesign, OutageLine, OutageRow } from '../record/outage-plan.ts'
import { toNs } from '../record/units.ts'
import { isLateShift } from '../trial/late-shift.ts'
import { analyseRow } from './blinded-row.ts'
import { drawOrder, rowKey } from './drawn.ts'
import { openRow } from './open-row.ts'
import { rowsFile } from './outages-folder.ts'
import type { OutageFiles } from './read-outages.ts'

/** What the lines come to. */
export interface ReplayedRows {
  readonly cells: OutageCell[]
  readonly failures: OutageFailure[]
}

/**
 * Every row of the plan in its turn: what was seen, its figures frozen, its key; or that it failed.
 * @param isOurs whether this version makes figures as the plan says; otherwise none are made
 */
export function replayRows(
  files: OutageFiles,
  isOurs: boolean,
): ReplayedRows & { readonly fault: string | null } {
  const { plan, lines, end } = files
  const cells: OutageCell[] = []
  const failures: OutageFailure[] = []
  let at = 0
  const stop = (words: string): ReplayedRows & { fault: string } => ({
    cells,
    failures,
    fault: `${rowsFile}, line ${at + 2}: ${words}`,
  })
  for (const row of plan.rows) {
    const line = lines[at]
    if (line === undefined) break
    const unpredicted = outageArms.find(({ name, offload }) => offload && row.predicted[name] === undefined)
    if (unpredicted !== undefined)
      return stop(`expected the plan to predict ${unpredicted.name} of ${row.id}`)
    if (line.row !== row.id)
      return stop(`expected the row ${row.id}, which is next in the plan, got ${line.row}`)
    if (line.type === 'failed') {
      failures.push({ row: row.id, message: line.message })
      at++
      continue
    }
    if (line.type !== 'row') return stop(`expected what was seen of the row ${row.id}`)
    const [, freeze, open] = lines.slice(at, at + 3)
    // A run that died may have come no further.
    if (end === null && open === undefined && freeze === undefined) break
    if (freeze?.type !== 'freeze' || freeze.row !== row.id)
      return stop('expected its figures to be frozen next')
    if (end === null && open === undefined) break
    if (open?.type !== 'open' || open.row !== row.id)
      return stop('expected its key after its figures were frozen')
    const key = Buffer.from(open.key, 'hex')
    const fault =
      checkKey(end, row, open.key) ?? checkOrder(line, plan.design, key) ?? checkTimes(line, plan.design)
    if (fault !== null) return stop(fault)
    if (isOurs) {
      const blinded = analyseRow(line, plan.design)
      if (blinded.frozen !== freeze.hash) {
        return stop('its figures under codes are not those that were frozen')
      }
      cells.push(openRow(row, blinded, key))
    }
    at += 3
  }
  const isAll = at === lines.length || end === null
  return { cells, failures, fault: isAll ? null : stop('expected no more rows').fault }
}

function checkKey(end: OutageFiles['end'], { id }: OutageRow, key: string): string | null {
  if (end === null) return null
  const drawn = Buffer.from(rowKey(Buffer.from(end.seed, 'hex'), id)).toString('hex')
  return key === drawn ? null : 'its key does not follow from the seed'
}

type RowLine = Extract<OutageLine, { type: 'row' }>

/** One request to every arm in each block, as the key has drawn them, at the pace of the plan. */
function checkOrder(
  { ports, exchanges }: RowLine,
  { intervalMs }: OutageDesign,
  key: Uint8Array,
): string | null {
  const drawn = drawOrder(key, Math.ceil(exchanges.length / ports.length))
  const hasBlocks = exchanges.length > 0 && drawn.length === exchanges.length
  if (!hasBlocks || new Set(ports).size !== outageArms.length) {
    return 'expected whole blocks of one request to every arm'
  }
  const intervalNs = toNs(intervalMs)
  for (const [slot, [port, , intendedNs, startNs, endNs]] of exchanges.entries()) {
    if (port !== ports[drawn[slot] as number])
      return `request ${slot + 1} is not the one that the key has drawn`
    if (startNs < intendedNs || endNs < startNs) return `request ${slot + 1} has times that go back`
    const before = exchanges[slot - 1]
    if (before === undefined) continue
    if (!isLateShift(intendedNs - before[2] - intervalNs, intervalNs, before[3] - before[2])) {
      return `request ${slot + 1} was not to start when it was planned`
    }
  }
  return null
}

/** How long the agent was well before is not held: the load begins in a process of its own, as late as a busy machine has it. */
function checkTimes({ failing, healing }: RowLine, { outageMs }: OutageDesign): string | null {
  const isInOrder = failing.fromNs <= failing.toNs && healing.fromNs <= healing.toNs
  return isInOrder && healing.fromNs - failing.toNs >= toNs(outageMs) - earlyNs
    ? null
    : 'expected the agent to fail for as long as planned'
}

/** A timer may fire a millisecond early. */
const earlyNs = toNs(2)
