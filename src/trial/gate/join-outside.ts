import { proofAbsent } from '../../haproxy/config.ts'
import type { CaseRecords, Fault, JoinedRequest } from '../join.ts'

/**
 * Joins what client and origin recorded where the agents are not ours and keep no record. HAProxy moves what the
 * agent set into the transaction and unsets it with every request, and the header that carries it reaches the
 * origin beside the request's own number: so a proof belongs to that very request. Every arm has an agent here,
 * so that a request without a proof is a fault, whichever arm it was.
 */
export function joinOutside(records: CaseRecords): { requests: JoinedRequest[]; faults: Fault[] } {
  const faults: Fault[] = []
  const proofs = Map.groupBy(records.requests, ([request]) => request)
  const requests = records.exchanges.map(([port, , , startNs, endNs, fault], request): JoinedRequest => {
    if (fault !== null) faults.push({ kind: 'response', message: `request ${request}: ${fault}` })
    const seen = proofs.get(request) ?? []
    if (seen.length !== 1) {
      faults.push({ kind: 'join', message: `request ${request} reached the origin ${seen.length} times` })
    }
    const proof = seen[0]?.[2] ?? proofAbsent
    const isProven = proof !== proofAbsent && proof !== ''
    if (!isProven) {
      faults.push({
        kind: 'proof',
        message: `request ${request} passed its agent by: SPOE fails open, and the origin got no score`,
      })
    }
    // Nothing is known of the agent's own time, so nothing is subtracted.
    return { port, latencyNs: endNs - startNs, startNs, sleepNs: isProven ? 0 : null }
  })
  return { requests, faults }
}
