import type { ArmName, Plan } from '../../record/plan.ts'
import { hashPlan } from '../../record/plan.ts'
import { createRandom, type Random } from '../../record/random.ts'
import type { Exchange, NotifyRecord, OriginRecord, SampleLine } from '../../record/samples.ts'
import { allocateBlocks, caseKey } from '../allocation.ts'
import { proofAbsent } from '../../haproxy/config.ts'
import { decoyId, drawDecoy, plannedCases, planOfCase } from '../decoy.ts'
import { proofOf } from '../join.ts'
import type { RunRecords } from '../run-folder.ts'

/** What a made-up request took, in ns, and how much of it the agent slept. */
export type Made = (arm: ArmName, latencyMs: number, random: Random) => { latencyNs: number; sleepNs: number }

/** By default: 500 us and some noise, 200 us more past the agent, which oversleeps by 100 us. */
export const made: Made = (arm, latencyMs, random) => {
  const sleepNs = arm === 'offload' ? latencyMs * 1_000_000 + 100_000 : 0
  const added = arm === 'offload' ? 200_000 : 0
  return { latencyNs: 500_000 + added + sleepNs + random.below(50_000), sleepNs }
}

/**
 * Records of a run that nobody measured, for tests of what is made of records.
 * @param injectedShare how much of its decoy's injection it shows
 */
export function syntheticRecords(plan: Plan, make: Made = made, injectedShare = 1): RunRecords {
  const seed = new Uint8Array(32).fill(3)
  const random = createRandom(seed)
  const lines: SampleLine[] = [
    { type: 'start', runId: plan.runId, planHash: hashPlan(plan), hostHash: 'h', commitment: 'c' },
  ]
  let nowNs = 0
  for (const planCase of plannedCases(plan)) {
    const key = caseKey(seed, planCase.id)
    const ownPlan = planOfCase(plan, planCase.id)
    const { armOfPort, portOfSlot, slotsPerBlock } = allocateBlocks(ownPlan, planCase, key)
    const drawn =
      planCase.id === decoyId && plan.decoy !== undefined ? drawDecoy(plan, plan.decoy, key) : null
    const sleepsMs = drawn?.latencyMs ?? planCase.latencyMs
    const ports = armOfPort.map((_, code) => 20_000 + code)
    const notifies: NotifyRecord[] = []
    const requests: OriginRecord[] = []
    const exchanges = portOfSlot.map((code, slot): Exchange => {
      const arm = armOfPort[code] as ArmName
      const port = ports[code] as number
      const sourcePort = 40_000 + slot
      const startNs = (nowNs += 3_000_000)
      const { latencyNs, sleepNs } = make(arm, sleepsMs, random)
      const spunNs = Math.round(injectedShare * (drawn?.spinsNs[code] ?? 0))
      if (arm === 'offload')
        notifies.push([port, sourcePort, startNs + 100, startNs + 100, startNs + 100 + sleepNs])
      requests.push([
        slot,
        startNs + 50,
        arm === 'offload' ? proofOf(port, sourcePort, notifies.length - 1) : proofAbsent,
      ])
      return [port, sourcePort, startNs, startNs, startNs + latencyNs + spunNs, null]
    })
    lines.push({ type: 'case', case: planCase.id, ports, mode: planCase.mode })
    for (let block = 0; block * slotsPerBlock < exchanges.length; block++) {
      const own = exchanges.slice(block * slotsPerBlock, (block + 1) * slotsPerBlock)
      lines.push({ type: 'block', case: planCase.id, block, exchanges: own })
    }
    lines.push({ type: 'agent', case: planCase.id, hellos: [[0, false]], notifies, errors: [] })
    lines.push({ type: 'origin', case: planCase.id, requests })
    lines.push({ type: 'health', case: planCase.id, stealShare: 0, roundTripMs: 0.05, bootMs: 80 })
    lines.push({ type: 'open', case: planCase.id, key: Buffer.from(key).toString('hex') })
  }
  lines.push({ type: 'end', reason: 'complete', seed: Buffer.from(seed).toString('hex') })
  return {
    plan,
    host: {
      schema: 'spoe-bench/host/1',
      fingerprint: {},
      haproxy: { version: '3.2.1', source: 'path', buildHash: '', nbthread: 1 },
      node: 'v24.0.0',
      packages: {},
      keepAwake: { mode: 'as-is', reason: null, haproxyCore: null, nodeCore: null },
    },
    lines,
    notes: [],
    chainFault: null,
    ledger: [],
  }
}
