import { requestProof } from '../agent/faulty-agent.ts'
import { proofAbsent } from '../haproxy/config.ts'
import { errorPrefix, rejectedStatus } from '../haproxy/policies.ts'
import type { Fate } from '../record/outage.ts'
import type { OutageRecords } from '../record/outage-plan.ts'
import type { Exchange } from '../record/samples.ts'

/** One request and what became of it. Times in ns. */
export interface FatedRequest {
  /** Which arm that is follows from the key of the row. */
  readonly code: number
  readonly block: number
  readonly startNs: number
  readonly endNs: number
  readonly fate: Fate
  /** What `option set-on-error` said, as the origin was told; null where it said nothing. */
  readonly error: number | null
}

type RowExchanges = Pick<OutageRecords, 'ports' | 'exchanges' | 'origin'>

/** What became of every request, from what the client got and what reached the origin. */
export function classify({ ports, exchanges, origin }: RowExchanges): FatedRequest[] {
  const proofs = new Map<number, string[]>()
  for (const [request, , proof] of origin) proofs.set(request, [...(proofs.get(request) ?? []), proof])
  return exchanges.map((exchange, request) => {
    const [port, , , startNs, endNs] = exchange
    const code = ports.indexOf(port)
    if (code < 0) throw new RangeError(`Expected a request to one of the arms, got port ${port}.`)
    const block = Math.floor(request / ports.length)
    return { code, block, startNs, endNs, ...fateOf(exchange, proofs.get(request) ?? []) }
  })
}

function fateOf(
  [port, sourcePort, , , , fault]: Exchange,
  proofs: readonly string[],
): Pick<FatedRequest, 'fate' | 'error'> {
  const [proof] = proofs
  if (proof === undefined) {
    return { fate: fault?.includes(`"HTTP/1.1 ${rejectedStatus} `) ? 'rejected' : 'failed', error: null }
  }
  if (fault !== null || proofs.length > 1) return { fate: 'failed', error: null }
  if (proof === requestProof(port, sourcePort)) return { fate: 'checked', error: null }
  if (proof === proofAbsent) return { fate: 'unchecked', error: null }
  // A proof of another request is none.
  if (!proof.startsWith(errorPrefix)) return { fate: 'failed', error: null }
  return { fate: 'unchecked', error: Number(proof.slice(errorPrefix.length)) }
}
