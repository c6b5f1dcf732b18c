import { join } from 'node:path'
import type { Address } from '../agent/address.ts'
import type { HaproxyBinary } from '../haproxy/binary.ts'
import type { Host } from '../record/host.ts'
import { commitTo, type Mode, type Plan, type PlanCase } from '../record/plan.ts'
import type { DecoyResult, LatencyResult } from '../record/run.ts'
import type { SampleLine } from '../record/samples.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { poolLatency, publishInOrder } from './analyse-run.ts'
import { type CaseLines, groupByCase } from './case-records.ts'
import type { BlindedCase } from './blinded-analysis.ts'
import { freezeCase } from './freeze-case.ts'
import { analyseDecoy, decoyCase, decoyId, drawDecoy, planOfCase } from './decoy.ts'
import { loadFile } from './load-input.ts'
import { openCase, type OpenedCase } from './open-case.ts'
import { stackWarmUpRounds } from './boot-case.ts'
import { type Cleanup, openWithCleanup } from './cleanup.ts'
import type { OutsideAgent } from './outside-agent.ts'
import { isLookDue, peekAt } from './peek.ts'
import { createRunFolder } from './run-folder.ts'
import { runCase, type RunCaseOptions } from './run-case.ts'
import type { BlockEvent } from './serve-load.ts'
import { startStack } from './stack.ts'
import { TrialError } from './trial-error.ts'
import { type SideUsers, type Sources, startOutside } from './gate/outside-agents.ts'

/** What a trial needs of the machine that it runs on. */
export interface Machine {
  readonly binary: HaproxyBinary
  readonly nbthread: number
  /** Words to put before HAProxy's command: the guard, and the core it is pinned to. */
  haproxyPrefix(dir: string, mode: Mode): readonly string[]
  /** Keeps the machine awake, or leaves it alone. */
  enter(mode: Mode): Promise<void>
  /** Words to put before the command of an agent that is not ours: the guard, and the core it is pinned to. */
  agentPrefix?(mode: Mode): readonly string[]
}

export interface TrialOptions {
  readonly resultsDir: string
  readonly plan: Plan
  readonly host: Host
  readonly machine: Machine
  /** 256 bits; everything that is drawn at random follows from it. */
  readonly seed: Uint8Array
  readonly agentModule?: URL
  /** The origin of the plan that is not in a thread of ours. */
  readonly origin?: Address | undefined
  /** The agent of the plan that is not ours. */
  readonly outside?: OutsideAgent
  /** The agents of a gate. Default: our own, in a thread. */
  readonly sources?: Sources
  /** By whose files they are asked. Default: by the article's message. */
  readonly users?: SideUsers
  /** Rounds that warm the threads before the first case. Default `stackWarmUpRounds`. */
  readonly warmUpRounds?: number
  readonly onProgress: (caseId: string, blocksDone: number, blocksTotal: number, ended: BlockEvent) => void
  /** Is shown the arms while a case is measured, if the plan says that the run is unblinded. */
  readonly onPeek?: (text: string) => void
}

/** A run in progress. */
export interface Trial extends AsyncDisposable {
  readonly path: string
  /** What the seed is bound to, written before the first request. */
  readonly commitment: string
  /** What was wrong with the ledger when the run was entered in it, and put right; or null. */
  readonly ledgerNote: string | null
  /** Measures a case, freezes its blinded analysis by hash, then opens it. Cases go one after the other. */
  measure(caseId: string, signal: AbortSignal): Promise<OpenedCase>
  /**
   * Measures the decoy and opens it, after all cases; null where none was planned.
   * @throws {TrialError} `case` while a case is not open
   */
  measureDecoy(signal: AbortSignal): Promise<DecoyResult | null>
  /** All cases of one latency that have been measured, pooled. */
  pool(latencyMs: number): LatencyResult
  /** Writes the end of the record: nothing is measured after it. */
  end(reason: 'complete' | 'interrupted'): void
}

/** Starts the stack, opens the run's folder and writes the commitment, before anything is measured. */
export async function openTrial(options: TrialOptions): Promise<Trial> {
  return openWithCleanup((cleanup) => open(options, cleanup))
}

async function open(options: TrialOptions, cleanup: Cleanup): Promise<Trial> {
  const { plan, host, machine, seed } = options
  const stack = cleanup.use(
    await startStack({
      epochNs: process.hrtime.bigint(),
      origin: options.origin,
      ...(options.agentModule === undefined ? {} : { agentModule: options.agentModule }),
    }),
  )
  const folder = cleanup.use(createRunFolder(options.resultsDir, plan, host))
  const opened: OpenedCase[] = []
  const commitment = commitTo(plan, seed)
  const ledgerNote = folder.commit(commitment)

  const peek = (planCase: PlanCase, key: Uint8Array, lines: readonly SampleLine[]): void => {
    const caseLines = groupByCase(lines).get(planCase.id)
    if (caseLines === undefined) return
    const allocation = allocateBlocks(plan, planCase, key)
    options.onPeek?.(peekAt(planCase, allocation, caseLines.ports, [...caseLines.blocks.values()]))
  }

  /** Measures a case, freezes its analysis by hash and gives out its key. */
  const measureSealed = async (
    ownPlan: Plan,
    planCase: PlanCase,
    signal: AbortSignal,
    spinsNs: readonly number[] = [],
  ): Promise<{ key: Uint8Array; caseLines: CaseLines; blinded: BlindedCase }> => {
    const { id, mode } = planCase
    const key = caseKey(seed, id)
    const lines: SampleLine[] = []
    const append = (line: SampleLine): void => {
      lines.push(line)
      folder.append(line)
    }
    await machine.enter(mode)
    await runCase({
      plan: ownPlan,
      planCase,
      key,
      stack,
      binary: machine.binary,
      nbthread: machine.nbthread,
      prefix: (dir) => machine.haproxyPrefix(dir, mode),
      loadFile: loadFile(folder.path, plan, id),
      warmUpRounds: opened.length === 0 ? (options.warmUpRounds ?? stackWarmUpRounds) : 0,
      spinsNs,
      // The decoy is ours: it shows what this machine can see.
      outside: id === decoyId ? undefined : options.outside,
      ...startPairOf(options, folder.path),
      append,
      onProgress(done, total, ended) {
        options.onProgress(id, done, total, ended)
        // The decoy stays sealed even from somebody who peeks.
        if (plan.isUnblinded === true && id !== decoyId && isLookDue(planCase, done))
          peek(planCase, key, lines)
      },
      signal,
    })
    const measured = groupByCase(lines).get(id)
    if (measured === undefined) throw new TrialError('case', `The case ${id} left no records.`)
    const blinded = freezeCase(ownPlan, planCase, measured, key, append)
    return { key, caseLines: groupByCase(lines).get(id) ?? measured, blinded }
  }

  return {
    path: folder.path,
    commitment,
    ledgerNote,
    async measure(caseId, signal) {
      const planCase = plan.cases.find(({ id }) => id === caseId)
      if (planCase === undefined)
        throw new TrialError('case', `Expected a case of the plan, got "${caseId}".`)
      const { key, caseLines, blinded } = await measureSealed(plan, planCase, signal)
      const { armOfPort } = allocateBlocks(plan, planCase, key)
      const one = openCase(plan, planCase, caseLines, blinded, armOfPort)
      opened.push(one)
      return publishInOrder(opened).at(-1) ?? one
    },
    async measureDecoy(signal) {
      if (plan.decoy === undefined) return null
      if (opened.length < plan.cases.length) {
        const left = plan.cases.length - opened.length
        throw new TrialError(
          'case',
          `Expected every case to be open before the decoy; ${left} are not measured.`,
        )
      }
      const { latencyMs, spinsNs } = drawDecoy(plan, plan.decoy, caseKey(seed, decoyId))
      const planCase = { ...decoyCase(plan.decoy), latencyMs }
      const { caseLines } = await measureSealed(planOfCase(plan, decoyId), planCase, signal, spinsNs)
      return analyseDecoy(plan, caseLines)
    },
    pool: (latencyMs) => poolLatency(plan, latencyMs, opened),
    end(reason) {
      folder.end(reason, Buffer.from(seed).toString('hex'))
    },
    [Symbol.asyncDispose]: () => cleanup.dispose(),
  }
}

function startPairOf(
  { sources, users = null, machine, host }: TrialOptions,
  runPath: string,
): Pick<RunCaseOptions, 'startPair'> {
  if (sources === undefined) return {}
  const { nodeCore } = host.keepAwake
  const logDir = join(runPath, 'agents')
  return {
    startPair: (planCase, signal) =>
      startOutside(planCase, { sources, users, machine, nodeCore, logDir }, signal),
  }
}
