import { proofAbsent } from '../haproxy/config.ts'
import { escapeControls } from '../record/escape-controls.ts'
import type { NotifyRecord } from '../record/samples.ts'
import {
  type CaseRecords,
  deliveryFaults,
  type Fault,
  type JoinedRequest,
  proofOf,
  timeFaults,
} from './join.ts'

/** Of two clocks, each steered by NTP by 500 ppm, which is as far as Linux lets it. */
const clockDrift = 0.001

/**
 * Joins a case whose client has a clock of its own, so that no time of its can say which NOTIFY a request caused. The
 * origin got the request's number and, in the same request, the proof that HAProxy had from the ACK: which NOTIFY of
 * which frontend it was. The source port is left out: an address translator on the way gives it another.
 */
export function joinByProof({ exchanges, notifies, requests: received }: CaseRecords): {
  requests: JoinedRequest[]
  faults: Fault[]
} {
  const faults: Fault[] = []
  const notifyOf = new Map(
    notifies.map((notify, index): [string, NotifyRecord] => [proofOf(notify[0], notify[1], index), notify]),
  )
  const byRequest = Map.groupBy(received, ([request]) => request)
  const used = new Set<string>()
  const requests = exchanges.map(([port, , , startNs, endNs, fault], request): JoinedRequest => {
    const latencyNs = endNs - startNs
    const seen = byRequest.get(request) ?? []
    faults.push(...deliveryFaults(request, fault, seen.length))
    const proof = seen[0]?.[2] ?? proofAbsent
    const notify = notifyOf.get(proof)
    if (notify === undefined) {
      if (proof !== proofAbsent) {
        faults.push({
          kind: 'proof',
          message: `request ${request} proves "${escapeControls(proof)}", which is no NOTIFY`,
        })
      }
      return { port, latencyNs, startNs, sleepNs: null }
    }
    const [frontendPort, , , sleepStartNs, sleepEndNs] = notify
    if (frontendPort !== port || used.has(proof)) {
      faults.push({
        kind: 'proof',
        message: `request ${request} to port ${port} proves "${escapeControls(proof)}", which is the NOTIFY of another`,
      })
    }
    used.add(proof)
    const joined = { port, latencyNs, startNs, sleepNs: sleepEndNs - sleepStartNs }
    faults.push(...timeFaults(request, fault, joined, clockDrift))
    return joined
  })
  if (used.size !== notifies.length) {
    faults.push({
      kind: 'notify-count',
      message: `${notifies.length} NOTIFYs came, ${used.size} of them belong to a request`,
    })
  }
  return { requests, faults }
}
