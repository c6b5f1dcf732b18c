import type { HaproxyBinary } from '../haproxy/binary.ts'
import type { Host } from '../record/host.ts'
import { commitTo, type Mode, type Plan, type PlanCase } from '../record/plan.ts'
import type { LatencyResult } from '../record/run.ts'
import type { SampleLine } from '../record/samples.ts'
import { allocateBlocks, caseKey } from './allocation.ts'
import { poolLatency, publishInOrder } from './analyse-run.ts'
import { groupByCase } from './case-records.ts'
import { analyseBlinded, hashBlinded } from './blinded-analysis.ts'
import { loadFile } from './load-input.ts'
import { openCase, type OpenedCase } from './open-case.ts'
import { stackWarmUpRounds } from './boot-case.ts'
import { type Cleanup, openWithCleanup } from './cleanup.ts'
import { isLookDue, peekAt } from './peek.ts'
import { createRunFolder } from './run-folder.ts'
import { runCase } from './run-case.ts'
import { startStack } from './stack.ts'
import { TrialError } from './trial-error.ts'

/** What a trial needs of the machine that it runs on. */
export interface Machine {
  readonly binary: HaproxyBinary
  readonly nbthread: number
  /** Words to put before HAProxy's command: the guard, and the core it is pinned to. */
  haproxyPrefix(dir: string, mode: Mode): readonly string[]
  /** Keeps the machine awake, or leaves it alone. */
  enter(mode: Mode): Promise<void>
}

export interface TrialOptions {
  readonly resultsDir: string
  readonly plan: Plan
  readonly host: Host
  readonly machine: Machine
  /** 256 bits; everything that is drawn at random follows from it. */
  readonly seed: Uint8Array
  readonly agentModule?: URL
  /** Rounds that warm the threads before the first case. Default `stackWarmUpRounds`. */
  readonly warmUpRounds?: number
  readonly onProgress: (caseId: string, blocksDone: number, blocksTotal: number) => void
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

  return {
    path: folder.path,
    commitment,
    ledgerNote,
    async measure(caseId, signal) {
      const planCase = plan.cases.find(({ id }) => id === caseId)
      if (planCase === undefined)
        throw new TrialError('case', `Expected a case of the plan, got "${caseId}".`)
      const key = caseKey(seed, caseId)
      const lines: SampleLine[] = []
      const append = (line: SampleLine): void => {
        lines.push(line)
        folder.append(line)
      }
      await machine.enter(planCase.mode)
      await runCase({
        plan,
        planCase,
        key,
        stack,
        binary: machine.binary,
        nbthread: machine.nbthread,
        prefix: (dir) => machine.haproxyPrefix(dir, planCase.mode),
        loadFile: loadFile(folder.path, plan, caseId),
        warmUpRounds: opened.length === 0 ? (options.warmUpRounds ?? stackWarmUpRounds) : 0,
        append,
        onProgress(done, total) {
          options.onProgress(caseId, done, total)
          if (plan.isUnblinded === true && isLookDue(planCase, done)) peek(planCase, key, lines)
        },
        signal,
      })
      const caseLines = groupByCase(lines).get(caseId)
      if (caseLines === undefined) throw new TrialError('case', `The case ${caseId} left no records.`)
      const blinded = analyseBlinded(plan, planCase, caseLines)
      append({ type: 'freeze', case: caseId, hash: hashBlinded(blinded) })
      append({ type: 'open', case: caseId, key: Buffer.from(key).toString('hex') })
      const { armOfPort } = allocateBlocks(plan, planCase, key)
      const one = openCase(plan, planCase, caseLines, blinded, armOfPort)
      opened.push(one)
      return publishInOrder(opened).at(-1) ?? one
    },
    pool: (latencyMs) => poolLatency(plan, latencyMs, opened),
    end(reason) {
      folder.end(reason, Buffer.from(seed).toString('hex'))
    },
    [Symbol.asyncDispose]: () => cleanup.dispose(),
  }
}
