import { requestProof } from '../agent/faulty-agent.ts'
import { proofAbsent } from '../haproxy/config.ts'
import { type OutageArmName, outageArmNames } from '../haproxy/outage-config.ts'
import { errorPrefix, rejectedStatus } from '../haproxy/policies.ts'
import type { Fate } from '../record/outage.ts'
import type { Exchange, OriginRecord } from '../record/samples.ts'

/** One request and what became of it. Times in ns. */
export interface FatedRequest {
  readonly arm: OutageArmName
  readonly block: number
  readonly startNs: number
  readonly endNs: number
  readonly fate: Fate
  /** What `option set-on-error` said, as the origin was told; null where it said nothing. */
  readonly error: number | null
}

export interface CellExchanges {
  /** In sending order; the index is the request number. */
  readonly exchanges: readonly Exchange[]
  readonly slotsPerBlock: number
  readonly origin: readonly OriginRecord[]
  readonly ports: Readonly<Record<OutageArmName, number>>
}

/** What became of every request, from what the client got and what reached the origin. */
export function classify({ exchanges, slotsPerBlock, origin, ports }: CellExchanges): FatedRequest[] {
  const proofs = new Map<number, string[]>()
  for (const [request, , proof] of origin) proofs.set(request, [...(proofs.get(request) ?? []), proof])
  const armOfPort = new Map(outageArmNames.map((arm) => [ports[arm], arm]))
  return exchanges.map((exchange, request) => {
    const [port, , , startNs, endNs] = exchange
    const arm = armOfPort.get(port)
    if (arm === undefined) throw new RangeError(`Expected a request to one of the arms, got port ${port}.`)
    const block = Math.floor(request / slotsPerBlock)
    return { arm, block, startNs, endNs, ...fateOf(exchange, proofs.get(request) ?? []) }
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
