import { proofAbsent } from '../../haproxy/config.ts'
import type { Plan } from '../../record/plan.ts'
import type { NotifyRecord, OriginRecord } from '../../record/samples.ts'
import { proofOf } from '../join.ts'
import { firstRequestOf } from '../load-input.ts'
import type { Sealed } from './sealed.ts'

interface SplitRecords {
  readonly cases: Sealed['cases']
  /** Requests that carried no number of the plan: somebody else's. */
  readonly strays: number
  /** NOTIFYs that no request proves: its own failed open, or it was never sent on. Each is a fault. */
  readonly unproven: number
}

/**
 * One agent and one origin served all cases at once: gives each case its own records, with requests and NOTIFYs
 * numbered as if it had been alone. A proof that names no NOTIFY of its case stays as it came, and is a fault there.
 * Requests of somebody else are left out, and with them the NOTIFYs that they caused.
 */
export function splitRecords(
  plan: Plan,
  portsOfCase: readonly (readonly number[])[],
  notifies: readonly NotifyRecord[],
  requests: readonly OriginRecord[],
): SplitRecords {
  const total = plan.cases.reduce(
    (sum, { warmUpBlocks, requests: timed }) => sum + (warmUpBlocks + timed) * plan.arms.length,
    0,
  )
  const isPlanned = ([request]: OriginRecord): boolean => request >= 0 && request < total
  const planned = requests.filter(isPlanned)
  const proven = new Set(planned.map(([, , proof]) => proof))
  const provenElsewhere = new Set(
    requests.filter((request) => !isPlanned(request)).map(([, , proof]) => proof),
  )
  let unproven = 0
  const cases = plan.cases.map(({ id, warmUpBlocks, requests: timed }, index) => {
    const ports = [...(portsOfCase[index] ?? [])]
    const own: NotifyRecord[] = []
    const proofs = new Map<string, string>([[proofAbsent, proofAbsent]])
    for (const [number, notify] of notifies.entries()) {
      const [port, sourcePort] = notify
      if (!ports.includes(port)) continue
      const proof = proofOf(port, sourcePort, number)
      if (!proven.has(proof) && provenElsewhere.has(proof)) continue
      if (!proven.has(proof)) unproven++
      proofs.set(proof, proofOf(port, sourcePort, own.length))
      own.push(notify)
    }
    const first = firstRequestOf(plan, id) ?? 0
    const last = first + (warmUpBlocks + timed) * plan.arms.length
    const received = planned.filter(([request]) => request >= first && request < last)
    return {
      ports,
      notifies: own,
      requests: received.map(([request, atNs, proof]): OriginRecord => [
        request - first,
        atNs,
        proofs.get(proof) ?? proof,
      ]),
    }
  })
  return { cases, strays: requests.length - planned.length, unproven }
}
