import { proofAbsent, waitPrefix } from '../haproxy/config.ts'
import { escapeControls } from '../record/escape-controls.ts'
import type { Exchange, NotifyRecord, OriginRecord } from '../record/samples.ts'
import { toMs } from '../record/units.ts'

/** One request, with what agent and origin say of it. Times in ns. */
export interface JoinedRequest {
  readonly port: number
  readonly latencyNs: number
  readonly startNs: number
  /** The agent's own sleep, in the control arm HAProxy's; null where there was none. */
  readonly sleepNs: number | null
  /** By HAProxy's own clock from before it asks the agent until it has its answer; absent: not read. */
  readonly askedNs?: number
}

/** What the request took beyond the agent's own sleep, where there was one. */
export function netLatencyNs({ latencyNs, sleepNs }: JoinedRequest): number {
  return latencyNs - (sleepNs ?? 0)
}

/** Something that makes a case unfit for a verdict. */
export interface Fault {
  readonly kind: 'response' | 'proof' | 'join' | 'time' | 'notify-count' | 'agent' | 'hello' | 'blocks'
  readonly message: string
}

export interface CaseRecords {
  /** Exchanges in sending order, warm-up included; the index is the request number. */
  readonly exchanges: readonly Exchange[]
  readonly notifies: readonly NotifyRecord[]
  readonly requests: readonly OriginRecord[]
}

/** What the agent's ACK sets and the origin reads: the request's key and which NOTIFY it was. */
export function proofOf(frontendPort: number, sourcePort: number, notify: number): string {
  return `${frontendPort}-${sourcePort}-${notify}`
}

/**
 * Joins what client, agent and origin recorded, request by request.
 *
 * The key of a NOTIFY is (frontend port, source port, a time inside the request's own interval): Linux gives
 * a source port that is in use out again towards another destination, so that the source port alone joins
 * wrongly without a word. A key with no or with two candidates is a fault. A request that crossed an agent
 * must also prove it: what the origin received has to name that very NOTIFY, because SPOE fails open and a
 * dead agent looks fast.
 */
export function joinCase(records: CaseRecords): { requests: JoinedRequest[]; faults: Fault[] } {
  const faults: Fault[] = []
  const byKey = new Map<string, number[]>()
  records.notifies.forEach(([frontendPort, sourcePort], notify) => {
    const key = `${frontendPort}-${sourcePort}`
    const list = byKey.get(key)
    if (list === undefined) byKey.set(key, [notify])
    else list.push(notify)
  })
  const proofs = new Map<number, string[]>()
  for (const [request, , proof] of records.requests) {
    const list = proofs.get(request)
    if (list === undefined) proofs.set(request, [proof])
    else list.push(proof)
  }

  let joined = 0
  const requests = records.exchanges.map((exchange, request): JoinedRequest => {
    const [port, sourcePort, , startNs, endNs, fault] = exchange
    const latencyNs = endNs - startNs
    const seen = proofs.get(request) ?? []
    faults.push(...deliveryFaults(request, fault, seen.length))
    const candidates = (byKey.get(`${port}-${sourcePort}`) ?? []).filter((notify) => {
      const receivedNs = (records.notifies[notify] as NotifyRecord)[2]
      return receivedNs >= startNs && receivedNs <= endNs
    })
    const proof = seen[0] ?? proofAbsent
    const waitNs = readWait(proof)
    if (candidates.length === 0 && waitNs !== null) return { port, latencyNs, startNs, sleepNs: waitNs }
    if (candidates.length === 0) {
      if (proof !== proofAbsent) {
        faults.push({
          kind: 'proof',
          message: `request ${request} proves "${escapeControls(proof)}" and no NOTIFY is its own`,
        })
      }
      return { port, latencyNs, startNs, sleepNs: null }
    }
    const notify = candidates[0] as number
    joined++
    if (candidates.length > 1) {
      faults.push({ kind: 'join', message: `request ${request} has ${candidates.length} NOTIFYs` })
    } else if (proof !== proofOf(port, sourcePort, notify)) {
      faults.push({
        kind: 'proof',
        message: `request ${request}: expected the proof ${proofOf(port, sourcePort, notify)}, the origin got "${escapeControls(proof)}"`,
      })
    }
    const [, , , sleepStartNs, sleepEndNs] = records.notifies[notify] as NotifyRecord
    const joinedRequest = { port, latencyNs, startNs, sleepNs: sleepEndNs - sleepStartNs }
    faults.push(...timeFaults(request, fault, joinedRequest))
    return joinedRequest
  })
  if (joined !== records.notifies.length) {
    faults.push({
      kind: 'notify-count',
      message: `${records.notifies.length} NOTIFYs came, ${joined} of them belong to a request`,
    })
  }
  return { requests, faults }
}

/** What is wrong with a request whoever answered it: its response, and how often it came to the origin. */
export function deliveryFaults(request: number, fault: string | null, arrivals: number): Fault[] {
  return [
    ...(fault === null
      ? []
      : [{ kind: 'response' as const, message: `request ${request}: ${escapeControls(fault)}` }]),
    ...(arrivals === 1
      ? []
      : [{ kind: 'join' as const, message: `request ${request} reached the origin ${arrivals} times` }]),
  ]
}

/**
 * A response that came before the agent was done with the very request: it was not waited for, or the times are not
 * what was measured. Two durations, so that it holds on any clocks.
 * @param drift by which share two clocks may differ in how fast they go; default 0, one clock
 */
export function timeFaults(
  request: number,
  fault: string | null,
  { latencyNs, sleepNs }: JoinedRequest,
  drift = 0,
): Fault[] {
  if (fault !== null || sleepNs === null || latencyNs >= sleepNs * (1 - drift)) return []
  const message = `request ${request} took ${toMs(latencyNs)} ms, less than the ${toMs(sleepNs)} ms that the agent slept for it`
  return [{ kind: 'time', message }]
}

/** What HAProxy says of its own wait in the control arm, in ns; null for a proof that says nothing of it. */
function readWait(proof: string): number | null {
  const us = proof.startsWith(waitPrefix) ? proof.slice(waitPrefix.length) : ''
  return /^\d+$/.test(us) ? 1_000 * Number(us) : null
}
