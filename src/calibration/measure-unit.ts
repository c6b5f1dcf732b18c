import type { HaproxyRelease } from '../haproxy/config.ts'
import type { Mode, Plan, PlanCase } from '../record/plan.ts'
import { createRandom, deriveKey } from '../record/random.ts'
import { toNs } from '../record/units.ts'
import { blockOnce } from '../stats/blocking.ts'
import { testSuperiority } from '../stats/margin-test.ts'
import { allocateBlocks } from '../trial/allocation.ts'
import { analyseBlinded, type BlindedCase, differences, pairOf } from '../trial/blinded-analysis.ts'
import { lateWarning } from '../trial/open-case.ts'
import { measureCase } from '../trial/measure-case.ts'
import { planTrial } from '../trial/plan-trial.ts'
import type { RunCaseOptions } from '../trial/run-case.ts'
import type { Stack } from '../trial/stack.ts'
import type { Machine } from '../trial/trial.ts'
import type { Comparison, TwinBlocks, Unit } from './record.ts'

/** The sealed delay is drawn from these: twice as often the one that is promised to be found. */
const injectionsMs = [0.1, 0.1, 0.05] as const

export interface UnitOptions {
  readonly runId: string
  readonly latencyMs: number
  readonly blocks: number
  readonly mode: Mode
  readonly release: HaproxyRelease
  readonly stack: Stack
  readonly machine: Machine
  /** 256 bits; arms, order, starts and the sealed delay follow from it. */
  readonly key: Uint8Array
  readonly warmUpRounds: number
  /** Share of late starts beyond which a unit is no answer. Default: that of every trial. */
  readonly lateShare?: number
  readonly onProgress: RunCaseOptions['onProgress']
  readonly signal: AbortSignal
}

/** Which code is what: the part that the analysis is not told. */
interface Roles {
  readonly bypass: number
  readonly offload: number
  readonly twin: number
  readonly slower: number
  readonly injectedMs: number
}

/**
 * Measures one unit: a bypass and three offloads in one case, of which one has a sealed extra delay, spun by
 * the agent after its sleep. It goes the way of every case: planned, paced, joined, proven, analysed under
 * codes; only then are the codes opened.
 *
 * @throws {TrialError} `case` when the offload does not prove itself, `interrupted`
 */
export async function measureUnit(options: UnitOptions): Promise<{ unit: Unit; blocks: TwinBlocks | null }> {
  const { key, machine, mode } = options
  const plan = planUnit(options)
  const planCase = plan.cases[0] as PlanCase
  const roles = drawRoles(plan, planCase, key)
  await machine.enter(mode)
  const at = new Date().toISOString()
  const caseLines = await measureCase({
    plan,
    planCase,
    key,
    stack: options.stack,
    binary: machine.binary,
    nbthread: machine.nbthread,
    prefix: (dir) => machine.haproxyPrefix(dir, mode),
    warmUpRounds: options.warmUpRounds,
    spinsNs: plan.arms.map((_, code) => (code === roles.slower ? toNs(roles.injectedMs) : 0)),
    onProgress: options.onProgress,
    signal: options.signal,
  })
  const blinded = analyseBlinded(plan, planCase, caseLines)
  return openUnit(blinded, roles, {
    at,
    mode,
    latencyMs: options.latencyMs,
    blocks: options.blocks,
    lateStarts: blinded.lateStarts,
    stealShare: caseLines.stealShare,
    faults: findFaults(plan, planCase, blinded, roles),
  })
}

/** The plan of a unit: one case. */
export function planUnit(
  options: Pick<UnitOptions, 'runId' | 'latencyMs' | 'blocks' | 'mode' | 'release' | 'lateShare'>,
): Plan {
  const { runId, latencyMs, blocks, mode, release, lateShare } = options
  const plan = planTrial({
    runId,
    startedAt: new Date().toISOString(),
    condition: 'paced',
    arms: ['bypass', 'offload', 'offload', 'offload'],
    agentSleepsMs: [latencyMs],
    requests: [blocks],
    marginMs: 2,
    mode,
    release,
    ...(lateShare === undefined ? {} : { lateShare }),
  })
  // Nothing in here is judged by its mean.
  return { ...plan, bootstrapResamples: 100 }
}

function drawRoles(plan: Plan, planCase: PlanCase, key: Uint8Array): Roles {
  const { armOfPort } = allocateBlocks(plan, planCase, key)
  const random = createRandom(deriveKey(key, 'roles'))
  const offloads = armOfPort.flatMap((arm, code) => (arm === 'offload' ? [code] : []))
  const [offload, twin, slower] = random.shuffle(offloads) as [number, number, number]
  const injectedMs = injectionsMs[random.below(injectionsMs.length)] as number
  return { bypass: armOfPort.indexOf('bypass'), offload, twin, slower, injectedMs }
}

function findFaults(plan: Plan, planCase: PlanCase, blinded: BlindedCase, roles: Roles): string[] {
  const unproven = [roles.offload, roles.twin, roles.slower].filter(
    (code) => blinded.ports[code]?.notified !== planCase.requests,
  )
  const late = lateWarning(plan, blinded.lateStarts, planCase.requests)
  return [
    ...blinded.faults.map(({ kind, message }) => `${kind}: ${message}`),
    ...(unproven.length === 0 ? [] : [`notify-count: ${unproven.length} offloads did not cross an agent`]),
    ...(late === null ? [] : [late]),
  ]
}

function openUnit(
  blinded: BlindedCase,
  roles: Roles,
  found: Omit<Unit, 'type' | 'injected' | 'overhead' | 'twin' | 'slower'>,
): { unit: Unit; blocks: TwinBlocks | null } {
  const isSound = found.faults.length === 0
  const compare = (first: number): Comparison | null => {
    const second = first === roles.offload ? roles.bypass : roles.offload
    return isSound ? comparePorts(blinded, first, second) : null
  }
  const unit: Unit = {
    type: 'unit',
    ...found,
    injected: roles.injectedMs,
    overhead: compare(roles.offload),
    twin: compare(roles.twin),
    slower: compare(roles.slower),
  }
  const differencesNs = isSound ? netDifferences(blinded, roles.twin, roles.offload) : null
  return {
    unit,
    blocks: differencesNs === null ? null : { at: unit.at, mode: unit.mode, differencesNs },
  }
}

function comparePorts(blinded: BlindedCase, first: number, second: number): Comparison | null {
  const effect = pairOf(blinded, first, second)?.net
  if (effect === undefined) return null
  const { estimate, lower, upper, spread } = effect
  return { estimate, lower, upper, spread, p: testDifference(netDifferences(blinded, first, second)) }
}

function netDifferences(blinded: BlindedCase, first: number, second: number): number[] {
  return differences(blinded.ports[first]?.netNs ?? [], blinded.ports[second]?.netNs ?? [])
}

/** Two-sided p of no difference, the way a run tests its latencies. */
export function testDifference(differencesNs: readonly number[]): number {
  const { longer, shorter } = testSuperiority(blockOnce(differencesNs).differences)
  return Math.min(1, 2 * Math.min(longer, shorter))
}
