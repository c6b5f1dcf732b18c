import { proofAbsent } from '../haproxy/config.ts'
import type { Plan } from '../record/plan.ts'
import { type CaseRecords, deliveryFaults, type Fault, joinCase, type JoinedRequest } from './join.ts'
import { joinByProof } from './join-by-proof.ts'
import { type OutsideProof, outsideProofOf } from './outside-arms.ts'

interface Joined {
  readonly requests: JoinedRequest[]
  readonly faults: Fault[]
}

/** Joins the records of a case by what its plan says of the agents. */
export function joinByPlan(plan: Plan, records: CaseRecords): Joined {
  const proof = outsideProofOf(plan)
  if (proof !== null) return joinOutside(records, proof)
  return plan.workers === undefined ? joinCase(records) : joinByProof(records)
}

/**
 * Joins what client and origin recorded where the agents are not ours and keep no record. HAProxy passes on what the
 * agent set with the very request, in a header beside the request's own number: so a proof belongs to it. Nothing is
 * known of the agent's own time, so nothing is subtracted.
 */
function joinOutside(records: CaseRecords, { isProven, isEverywhere }: OutsideProof): Joined {
  const faults: Fault[] = []
  const proofs = Map.groupBy(records.requests, ([request]) => request)
  const requests = records.exchanges.map(([port, , , startNs, endNs, fault], request): JoinedRequest => {
    const seen = proofs.get(request) ?? []
    faults.push(...deliveryFaults(request, fault, seen.length))
    const wasAsked = isProven(seen[0]?.[2] ?? proofAbsent)
    if (isEverywhere && !wasAsked) {
      faults.push({
        kind: 'proof',
        message: `request ${request} passed its agent by: SPOE fails open, and the origin got no proof`,
      })
    }
    return { port, latencyNs: endNs - startNs, startNs, sleepNs: wasAsked ? 0 : null }
  })
  return { requests, faults }
}
