import type { DecoyPlan, Mode, Plan, PlanCase } from '../record/plan.ts'
import { warmUpBlocks } from '../record/plan.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import type { DecoyResult } from '../record/run.ts'
import { toMs, toNs } from '../record/units.ts'
import { blockOnce } from '../stats/blocking.ts'
import { testSuperiority } from '../stats/margin-test.ts'
import { allocateBlocks } from './allocation.ts'
import { analyseBlinded, type BlindedCase, differences, pairOf } from './blinded-analysis.ts'
import type { CaseLines } from './case-records.ts'
import { lateWarning } from './open-case.ts'

/**
 * The decoy: a bypass and two offloads, of which one has work injected that is not stamped as sleep. How much,
 * where, and what the agent sleeps follow from a key that is opened last. A run that misses it would have missed
 * an effect of that size, so it is invalid.
 */
export const decoyId = 'decoy'

/** The latency is sealed, so the warm-up is that of the longest: its length must not tell. */
export function planDecoy(mode: Mode, blockMs: number): DecoyPlan {
  const latenciesMs = [0, 1, 10]
  return {
    requests: 500,
    warmUpBlocks: warmUpBlocks(Math.max(...latenciesMs), blockMs),
    mode,
    latenciesMs,
    injectionMs: { min: 0.15, max: 0.3 },
    alpha: 0.005,
  }
}

/** The decoy as a case. Its latency is not in it: nothing that is done under codes needs one. */
export function decoyCase({ requests, warmUpBlocks: warmUp, mode }: DecoyPlan): PlanCase {
  return { id: decoyId, latencyMs: 0, requests, warmUpBlocks: warmUp, mode, isJudged: false }
}

/** All cases of a plan, in the order in which they are measured, the decoy last. */
export function plannedCases({ cases, decoy }: Plan): PlanCase[] {
  return decoy === undefined ? [...cases] : [...cases, decoyCase(decoy)]
}

/** The plan as it holds for a case: the decoy has arms of its own, and as many, and always our own agent. */
export function planOfCase(plan: Plan, caseId: string): Plan {
  if (caseId !== decoyId) return plan
  const { agent: _, ...ours } = plan
  return { ...ours, arms: ['bypass', 'offload', 'offload'] }
}

export interface DrawnDecoy {
  readonly latencyMs: number
  readonly injectedMs: number
  /** Code of the port with the injection, and of the offload without. */
  readonly injected: number
  readonly twin: number
  /** For each code, in ns. */
  readonly spinsNs: readonly number[]
}

/** What is sealed about the decoy; follows from its key alone. */
export function drawDecoy(plan: Plan, decoy: DecoyPlan, key: Uint8Array): DrawnDecoy {
  const random = createRandom(deriveKey(key, 'decoy'))
  const latencyMs = decoy.latenciesMs[random.below(decoy.latenciesMs.length)] as number
  const { min, max } = decoy.injectionMs
  const injectedNs = Math.round(toNs(min) + random.uniform() * toNs(max - min))
  const { armOfPort } = allocateBlocks(planOfCase(plan, decoyId), decoyCase(decoy), key)
  const offloads = armOfPort.flatMap((arm, code) => (arm === 'offload' ? [code] : []))
  const [injected, twin] = random.shuffle(offloads) as [number, number]
  return {
    latencyMs,
    injectedMs: toMs(injectedNs),
    injected,
    twin,
    spinsNs: armOfPort.map((_, code) => (code === injected ? injectedNs : 0)),
  }
}

/** The decoy from its records; null while its key is not in them, or where none was planned. */
export function analyseDecoy(plan: Plan, lines: CaseLines): DecoyResult | null {
  const { decoy } = plan
  if (decoy === undefined || lines.key === undefined) return null
  const ownPlan = planOfCase(plan, decoyId)
  const drawn = drawDecoy(plan, decoy, Buffer.from(lines.key, 'hex'))
  const blinded = analyseBlinded(ownPlan, decoyCase(decoy), lines)
  const faults = findFaults(ownPlan, decoy, drawn, blinded)
  const [injected, twin] = [blinded.ports[drawn.injected], blinded.ports[drawn.twin]]
  const p =
    injected === undefined || twin === undefined
      ? null
      : testSuperiority(blockOnce(differences(injected.netNs, twin.netNs)).differences).longer
  return {
    requests: decoy.requests,
    latencyMs: drawn.latencyMs,
    injectedMs: drawn.injectedMs,
    effectMs: pairOf(blinded, drawn.injected, drawn.twin)?.net ?? null,
    p,
    alpha: decoy.alpha,
    isFound: p !== null && p <= decoy.alpha && faults.length === 0,
    faults,
  }
}

function findFaults(plan: Plan, decoy: DecoyPlan, drawn: DrawnDecoy, blinded: BlindedCase): string[] {
  const faults = blinded.faults.map(({ kind, message }) => `${kind}: ${message}`)
  for (const [code, { notified, sleepMs }] of blinded.ports.entries()) {
    const isOffload = code === drawn.injected || code === drawn.twin
    const expected = isOffload ? decoy.requests : 0
    if (notified !== expected) {
      faults.push(`expected ${expected} requests to port ${code} to cross an agent, ${notified} did`)
    }
    if (sleepMs !== null && sleepMs.min < drawn.latencyMs) {
      faults.push(`expected the agent to sleep ${drawn.latencyMs} ms, as was drawn; it slept ${sleepMs.min}`)
    }
  }
  const late = lateWarning(plan, blinded.lateStarts, decoy.requests)
  return late === null ? faults : [...faults, late]
}

/** Why the run is invalid, or null: what was injected did not show. */
export function decoyFault(decoy: DecoyResult | null): string | null {
  if (decoy === null || decoy.isFound) return null
  const seen =
    decoy.p === null ? 'it has no figure' : `p = ${decoy.p.toPrecision(2)}, ${decoy.alpha} is needed`
  return `the decoy was missed, ${decoy.injectedMs.toFixed(3)} ms in ${decoy.requests} blocks: ${seen}`
}
