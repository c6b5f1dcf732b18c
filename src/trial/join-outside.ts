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
 * agent set with the very request, in a header beside the request's own number, or with its response: so a proof
 * belongs to it. Nothing is known of the agent's own time, so nothing is subtracted.
 */
function joinOutside(records: CaseRecords, outside: OutsideProof): Joined {
  const { isProven, isEverywhere, provenIn, askedUs } = outside
  const faults: Fault[] = []
  const proofs = Map.groupBy(records.requests, ([request]) => request)
  const requests = records.exchanges.map((exchange, request): JoinedRequest => {
    const [port, , , startNs, endNs, fault, answered] = exchange
    const seen = proofs.get(request) ?? []
    faults.push(...deliveryFaults(request, fault, seen.length))
    const proof = (provenIn === 'request' ? seen[0]?.[2] : answered) ?? proofAbsent
    const wasAsked = isProven(proof)
    const us = askedUs(proof)
    if (isEverywhere && !wasAsked) {
      faults.push({
        kind: 'proof',
        message: `request ${request} passed its agent by: SPOE fails open, and the origin got no proof`,
      })
    }
    return {
      port,
      latencyNs: endNs - startNs,
      startNs,
      sleepNs: wasAsked ? 0 : null,
      ...(us === null ? {} : { askedNs: 1_000 * us }),
    }
  })
  return { requests, faults }
}
