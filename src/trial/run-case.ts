import type { HaproxyBinary } from '../haproxy/binary.ts'
import { readCpuTimes } from '../host/cpu-times.ts'
import { probeTimer } from '../host/timer-probe.ts'
import type { Plan, PlanCase } from '../record/plan.ts'
import type { SampleLine } from '../record/samples.ts'
import { allocateBlocks } from './allocation.ts'
import { type Cleanup, withCleanup } from './cleanup.ts'
import { bootCase, sendLoad } from './boot-case.ts'
import { bootOutside } from './boot-outside.ts'
import type { OutsideAgents } from './gate/outside-agents.ts'
import { loadInput } from './load-input.ts'
import { expectAlive, type OutsideAgent } from './outside-agent.ts'
import { type OutsideArms, pairArms, userArms } from './outside-arms.ts'
import type { BlockEvent } from './serve-load.ts'
import type { Stack } from './stack.ts'
import { TrialError } from './trial-error.ts'

export interface RunCaseOptions {
  readonly plan: Plan
  readonly planCase: PlanCase
  /** The case's own key: order, ports and starts follow from it. */
  readonly key: Uint8Array
  readonly stack: Stack
  readonly binary: HaproxyBinary
  readonly nbthread: number
  readonly prefix: (dir: string) => readonly string[]
  readonly warmUpRounds: number
  /** Work of the agent that is not stamped as sleep, in ns for each code. Default: none. */
  readonly spinsNs?: readonly number[]
  /** The agent that is asked in the place of ours. */
  readonly outside?: OutsideAgent | undefined
  /** Starts the agents where every arm has one of its own. Default: our agent, in its thread. */
  readonly startPair?: (planCase: PlanCase, signal: AbortSignal) => Promise<OutsideAgents>
  /** Where the load generator's input is written, to stay. Default: a temporary file. */
  readonly loadFile?: string
  readonly append: (line: SampleLine) => void
  readonly onProgress: (blocksDone: number, blocksTotal: number, ended: BlockEvent) => void
  readonly signal: AbortSignal
}

/**
 * Measures one case: fresh listeners for agent and origin, a fresh HAProxy in between, all blocks, and
 * everything that was recorded appended line by line. Whatever it booted is gone when this returns.
 *
 * @throws {TrialError} `case` when the offload does not prove itself before the start, `interrupted`
 */
export async function runCase(options: RunCaseOptions): Promise<void> {
  await withCleanup((cleanup) => run(options, cleanup))
}

async function run(options: RunCaseOptions, cleanup: Cleanup): Promise<void> {
  const { plan, planCase, stack, append, signal } = options
  const allocation = allocateBlocks(plan, planCase, options.key)
  // Before anything else runs: what it measures is how quickly this machine wakes.
  const { loopbackRoundTripMs } = await probeTimer()
  const started = await options.startPair?.(planCase, signal)
  const pair = started === undefined ? null : cleanup.use(started)
  const boot = {
    caseId: planCase.id,
    allocation,
    stack,
    binary: options.binary,
    nbthread: options.nbthread,
    prefix: options.prefix,
    requestDeadlineMs: plan.requestDeadlineMs,
    traffic: plan.traffic,
    warmUpRounds: options.warmUpRounds,
    signal,
  }
  const outside = outsideArms(pair, options.outside)
  const booting =
    outside === null
      ? bootCase({
          ...boot,
          latencyMs: planCase.latencyMs,
          ...(options.spinsNs === undefined ? {} : { spinsNs: options.spinsNs }),
        })
      : bootOutside({ ...boot, outside })
  const booted = cleanup.use(await booting)
  // Without HAProxy every request fails at once; there is no point in sending the rest.
  const death = new AbortController()
  void booted.haproxy.exited.then(() => death.abort())
  let agentEnd: string | undefined
  void pair?.ended.then((how) => {
    agentEnd = how
    death.abort()
  })
  const { ports, bootMs } = booted
  append({ type: 'case', case: planCase.id, ports: [...ports], mode: planCase.mode })
  const cpuBefore = readCpuTimes()
  const total = planCase.warmUpBlocks + planCase.requests
  let done = 0
  await sendLoad(
    stack,
    loadInput(plan, allocation, ports),
    AbortSignal.any([signal, death.signal]),
    (ended) => {
      append({ type: 'block', case: planCase.id, block: ended.block, exchanges: [...ended.exchanges] })
      options.onProgress(++done, total, ended)
    },
    options.loadFile,
  )
  const cpuAfter = readCpuTimes()
  if (signal.aborted) throw new TrialError('interrupted', `The case ${planCase.id} was interrupted.`)
  if (agentEnd !== undefined) {
    throw new TrialError(
      'case',
      `Expected both agents to stay up during the case ${planCase.id}: ${agentEnd}.`,
    )
  }
  if (death.signal.aborted) {
    const said = booted.haproxy.stderr().trim()
    throw new TrialError('case', `HAProxy died during the case ${planCase.id}; it said: ${said || 'nothing'}`)
  }
  if (options.outside !== undefined) await expectAlive(options.outside, planCase.id)

  const stealShare =
    cpuBefore === null || cpuAfter === null
      ? null
      : (cpuAfter.stealMs - cpuBefore.stealMs) / Math.max(1, cpuAfter.totalMs - cpuBefore.totalMs)
  append({ type: 'agent', case: planCase.id, ...(await stack.agent.call('takeRecords')) })
  append({ type: 'origin', case: planCase.id, requests: await stack.origin.call('takeRecords') })
  append({
    type: 'health',
    case: planCase.id,
    stealShare,
    roundTripMs: loopbackRoundTripMs.median,
    bootMs,
  })
}

/** null: our own agent is asked. */
function outsideArms(pair: OutsideAgents | null, user: OutsideAgent | undefined): OutsideArms | null {
  if (pair !== null) return pairArms(pair)
  return user === undefined ? null : userArms(user)
}
