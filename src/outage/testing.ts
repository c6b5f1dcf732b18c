import type { Host } from '../record/host.ts'
import type { Fate } from '../record/outage.ts'
import type { OutageDesign, OutageRecords } from '../record/outage-plan.ts'
import type { Exchange, OriginRecord } from '../record/samples.ts'
import { toNs } from '../record/units.ts'
import type { FatedRequest } from './classify.ts'
import { armsOfRow, drawOrder } from './drawn.ts'
import type { RowTimes } from './figures.ts'

/** An outage from 100 to 1,000 ms; a block every 10 ms up to 1,500. */
export const outageTimes: RowTimes = {
  failing: { fromNs: toNs(99), toNs: toNs(100) },
  healing: { fromNs: toNs(1000), toNs: toNs(1001) },
  longestNs: toNs(300),
}

export interface Behaviour {
  /** Of the requests of the outage, in turn. */
  readonly fates: readonly Fate[]
  readonly waitMs: number
  readonly error: number | null
  /** How long after the end of the outage requests still fare as in it. */
  readonly lingerMs: number
}

/** Requests to bypass (code 0), which take 1 to 2 ms, and to an arm (1) that behaves so; they take 0.3 ms more, or the wait. */
export function requestsOf({ fates, waitMs, error, lingerMs }: Behaviour): FatedRequest[] {
  return Array.from({ length: 150 }, (_, block) => {
    const startNs = toNs(block * 10)
    const bypassNs = toNs(1 + (block % 7) / 7)
    const isOutage = startNs >= toNs(100) && startNs < toNs(1001 + lingerMs)
    const fate = isOutage ? (fates[block % fates.length] as Fate) : 'checked'
    const lostNs = fate === 'checked' ? toNs(0.3) : toNs(waitMs)
    return [
      { code: 0, block, startNs, endNs: startNs + bypassNs, fate: 'unchecked', error: null },
      {
        code: 1,
        block,
        startNs,
        endNs: startNs + bypassNs + lostNs,
        fate,
        error: fate === 'unchecked' ? error : null,
      },
    ] satisfies FatedRequest[]
  }).flat()
}

export const testDesign: OutageDesign = {
  intervalMs: 3,
  beforeMs: 100,
  outageMs: 900,
  afterMs: 500,
  lateMs: 400,
  checkIntervalMs: 100,
  level: 0.95,
}

export const testHost: Omit<Host, 'haproxy'> = {
  schema: 'spoe-bench/host/1',
  fingerprint: {},
  node: 'v24.0.0',
  packages: {},
  keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
}

const forbidden = 'expected status 200, got "HTTP/1.1 403 Forbidden"'

/** What client and origin see of an agent that hangs from 100 to 1,000 ms, and of an HAProxy that does what it is told. */
export function hungRecords(key: Uint8Array, { error = 1 } = {}): OutageRecords {
  const arms = armsOfRow(key)
  const exchanges: Exchange[] = []
  const origin: OriginRecord[] = []
  for (const [slot, code] of drawOrder(key, 125).entries()) {
    const arm = arms[code]
    const startNs = toNs(slot * testDesign.intervalMs)
    const isOutage = arm !== 'bypass' && startNs >= toNs(100) && startNs < toNs(1000)
    const isRejected = isOutage && arm !== 'pass'
    const takesMs = 1 + (isOutage ? (arm === 'pass' ? 300 : 100) : 0)
    const port = 20_001 + code
    if (!isRejected) {
      const proof = arm === 'bypass' ? 'none' : isOutage ? `error-${error}` : `${port}-4711`
      origin.push([slot, startNs, proof])
    }
    exchanges.push([port, 4711, startNs, startNs, startNs + toNs(takesMs), isRejected ? forbidden : null])
  }
  return {
    ports: arms.map((_, code) => 20_001 + code),
    failing: { fromNs: toNs(100), toNs: toNs(100) },
    healing: { fromNs: toNs(1000), toNs: toNs(1000) },
    exchanges,
    origin,
  }
}
