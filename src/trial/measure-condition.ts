import type { HaproxyRelease } from '../haproxy/config.ts'
import type { ArmName, Condition, Mode, PlanCase } from '../record/plan.ts'
import { allocateBlocks } from './allocation.ts'
import { analyseBlinded, differences } from './blinded-analysis.ts'
import { measureCase } from './measure-case.ts'
import { planTrial } from './plan-trial.ts'
import type { Stack } from './stack.ts'
import type { Machine } from './trial.ts'
import { TrialError } from './trial-error.ts'

/** How a case is set up; two settings that differ in one thing show what that thing does. */
export interface Setting {
  readonly condition: Condition
  /** Paced: from one start to the next. Default 3. */
  readonly intervalMs?: number
  readonly mode: Mode
  readonly nbthread: number
  readonly latencyMs: number
  /** With the control arm the release must be 3.1 or later. */
  readonly arms: readonly ArmName[]
  readonly blocks: number
}

export interface MeasureConditionOptions {
  readonly setting: Setting
  readonly release: HaproxyRelease
  readonly stack: Stack
  readonly machine: Machine
  readonly key: Uint8Array
  readonly warmUpRounds: number
  readonly signal: AbortSignal
}

/** Block differences in ns, each less the wait that was asked for, whoever waited. */
export interface ConditionDifferences {
  /** Offload less bypass. */
  readonly overhead: readonly number[]
  /** Control less bypass, and offload less control; empty without a control arm. */
  readonly waiting: readonly number[]
  readonly spoe: readonly number[]
  readonly lateStarts: number
}

/**
 * Measures one case under a setting.
 *
 * @throws {TrialError} `case` when it has faults or an arm did not wait where it was meant to, `interrupted`
 */
export async function measureCondition(options: MeasureConditionOptions): Promise<ConditionDifferences> {
  const { setting, machine, key } = options
  const plan = planTrial({
    runId: 'conditions',
    startedAt: new Date().toISOString(),
    condition: setting.condition,
    ...(setting.intervalMs === undefined ? {} : { intervalMs: setting.intervalMs }),
    arms: setting.arms,
    agentSleepsMs: [setting.latencyMs],
    requests: [setting.blocks],
    marginMs: 2,
    mode: setting.mode,
    release: options.release,
  })
  const planCase = plan.cases[0] as PlanCase
  await machine.enter(setting.mode)
  const caseLines = await measureCase({
    plan,
    planCase,
    key,
    stack: options.stack,
    binary: machine.binary,
    nbthread: setting.nbthread,
    prefix: (dir) => machine.haproxyPrefix(dir, setting.mode),
    warmUpRounds: options.warmUpRounds,
    onProgress: () => {},
    signal: options.signal,
  })
  const blinded = analyseBlinded({ ...plan, bootstrapResamples: 100 }, planCase, caseLines)
  const { armOfPort } = allocateBlocks(plan, planCase, key)
  const netOf = (arm: ArmName): readonly number[] => blinded.ports[armOfPort.indexOf(arm)]?.netNs ?? []
  const idle = armOfPort.filter(
    (arm, code) => arm !== 'bypass' && blinded.ports[code]?.notified !== setting.blocks,
  )
  const fault = blinded.faults[0]?.message ?? (idle.length > 0 ? `${idle.join(', ')} did not wait` : null)
  if (fault !== null) throw new TrialError('case', `Expected every request to join: ${fault}`)
  const hasControl = setting.arms.includes('control')
  return {
    overhead: differences(netOf('offload'), netOf('bypass')),
    waiting: hasControl ? differences(netOf('control'), netOf('bypass')) : [],
    spoe: hasControl ? differences(netOf('offload'), netOf('control')) : [],
    lateStarts: blinded.lateStarts,
  }
}
