import type { ArmName, Plan, PlanCase } from '../record/plan.ts'
import { bagOf } from '../record/request-text.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import { toNs } from '../record/units.ts'

/** Which port is which arm, and in which order every block visits the ports. Follows from a case's key alone. */
export interface Allocation {
  /** Index of the arm behind each port, in the order of the (sorted) ports. */
  readonly armOfPort: readonly ArmName[]
  /** For every slot, in sending order, the index of its port. */
  readonly portOfSlot: readonly number[]
  /** Intended start of every slot in ns from the first; null when requests go one at a time. */
  readonly offsetsNs: readonly number[] | null
  readonly slotsPerBlock: number
  /** Which request of the mix each block sends to every arm; absent: there is no mix. */
  readonly requestOfBlock?: readonly number[]
}

/** The key of one case: it opens this case and says nothing of the others. */
export function caseKey(seed: Uint8Array, caseId: string): Uint8Array {
  return deriveKey(seed, `case ${caseId}`)
}

/**
 * Draws a case's allocation: one request to every arm in each block, in random order (randomised complete
 * blocks), starts jittered around one fixed mean rate.
 */
export function allocateBlocks(plan: Plan, planCase: PlanCase, key: Uint8Array): Allocation {
  const blocks = planCase.warmUpBlocks + planCase.requests
  const slotsPerBlock = plan.arms.length
  const orders = createRandom(deriveKey(key, 'orders'))
  const starts = createRandom(deriveKey(key, 'starts'))
  const ports = plan.arms.map((_, index) => index)
  const portOfSlot = Array.from({ length: blocks }, () => orders.shuffle(ports)).flat()
  return {
    armOfPort: createRandom(deriveKey(key, 'ports')).shuffle(plan.arms),
    portOfSlot,
    offsetsNs:
      plan.condition === 'sequential'
        ? null
        : portOfSlot.map((_, slot) => toNs(slot * plan.intervalMs + starts.uniform() * plan.jitterMs)),
    slotsPerBlock,
    ...drawRequests(plan, blocks, key),
  }
}

/** The whole mix in random order, again and again, so that every stretch of a case has its shares. */
function drawRequests(
  { traffic }: Plan,
  blocks: number,
  key: Uint8Array,
): Pick<Allocation, 'requestOfBlock'> {
  if (traffic?.mix === undefined) return {}
  const bag = bagOf(traffic.mix)
  const random = createRandom(deriveKey(key, 'requests'))
  const rounds = Math.ceil(blocks / bag.length)
  const drawn = Array.from({ length: rounds }, () => random.shuffle(bag))
  return { requestOfBlock: drawn.flat().slice(0, blocks) }
}
