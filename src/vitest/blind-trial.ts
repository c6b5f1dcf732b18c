import { randomBytes } from 'node:crypto'
import { afterAll, inject, type TestContext } from 'vitest'
import type { ArmName, Condition, Plan, PlanCase } from '../record/plan.ts'
import type { CaseResult, LatencyResult, Run } from '../record/run.ts'
import { renderCaseLine, renderLatencyLine } from '../report/case-line.ts'
import { addToJobSummary } from '../report/job-summary.ts'
import { writeReports } from '../report/write-reports.ts'
import { describeFaults } from '../trial/conclude.ts'
import { decoyFault } from '../trial/decoy.ts'
import { planTrial } from '../trial/plan-trial.ts'
import { openTrial, type Trial } from '../trial/trial.ts'
import { setMeasureCase } from './active-trial.ts'
import { announceAsAsked } from './announce-commitment.ts'
import { createCaseProgress } from './case-progress.ts'
import { createMachine } from './machine.ts'
import { type BaselineRequest, type HeldBaseline, holdBaseline } from './hold-matcher.ts'
import './matchers.ts'
import { sendProgressTo } from './progress-channel.ts'
import type { RunContext } from './run-context.ts'

export interface BlindTrialDesign {
  readonly agentSleepsMs: readonly number[]
  readonly requests: readonly number[]
  /** The margin: what the offload may add beyond its agent's own time. */
  readonly addsAtMost: { readonly ms: number }
  readonly condition?: Condition
  /** Share of late starts beyond which there is no verdict. Default 0.05. */
  readonly lateShare?: number
  /** Default: bypass, placebo, offload. */
  readonly arms?: readonly ArmName[]
  /** Whether a decoy is measured after all cases: one run without it shows nothing less, only less surely. */
  readonly hasDecoy?: boolean
  /** One case that is measured again with the machine left as it is, beside the others. */
  readonly asIsBeside?: { readonly latencyMs: number; readonly requests: number }
}

export interface TrialLatency {
  readonly latencyMs: number
  readonly blocks: number
  readonly cases: readonly PlanCase[]
}

export interface BlindTrial {
  readonly latencies: readonly TrialLatency[]
  /** Cases that stand beside the others and are not judged. */
  readonly beside: readonly PlanCase[]
  /** Measures one case: boots HAProxy, sends all its blocks, opens it. Throws when the case has faults. */
  measure(planCase: PlanCase, context: TestContext): Promise<CaseResult>
  /** All cases of a latency, pooled: what the margin is held against. */
  pooled(latency: TrialLatency): LatencyResult
  /**
   * The stored baseline of this machine and plan, for `toHoldAgainst`. Throws, naming the field, when there is none
   * that may be compared.
   */
  baseline(request: BaselineRequest): HeldBaseline
  /** Measures the decoy, after all cases, and opens it. Throws when it is missed, or has faults. */
  findDecoy(context: TestContext): Promise<void>
  /** Ends the run and reports it; nothing is measured after it. Throws, with the reasons, when it decides nothing. */
  expectValid(): Promise<void>
}

/** Was the article's own design asked for (--seed-exact): the offload alone, without a control? */
export function isSeedExact(): boolean {
  return inject('spoeBench').isSeedExact
}

/** Declares the blind trial of a bench file. Its plan is fixed here, before anything is measured. */
export function blindTrial(design: BlindTrialDesign): BlindTrial {
  const context = inject('spoeBench')
  const arms = design.arms ?? ['bypass', 'placebo', 'offload']
  const plan = planTrial({
    runId: context.runId,
    startedAt: context.startedAt,
    condition: design.condition ?? 'paced',
    arms,
    agentSleepsMs: design.agentSleepsMs,
    requests: design.requests,
    marginMs: design.addsAtMost.ms,
    mode: context.mode,
    release: context.binary.release,
    isUnblinded: context.isUnblinded,
    ...(design.lateShare === undefined ? {} : { lateShare: design.lateShare }),
    ...(design.hasDecoy === true ? { decoy: {} } : {}),
    ...(design.asIsBeside === undefined ? {} : { asIsBeside: design.asIsBeside }),
  })
  const session = createSession(plan, context)
  afterAll(() => session.close())
  setMeasureCase((caseId, signal) => session.measure(caseId, signal))

  return {
    latencies: design.agentSleepsMs.map((latencyMs) => {
      const cases = plan.cases.filter((planCase) => planCase.isJudged && planCase.latencyMs === latencyMs)
      return { latencyMs, cases, blocks: cases.reduce((sum, { requests }) => sum + requests, 0) }
    }),
    beside: plan.cases.filter(({ isJudged }) => !isJudged),
    async measure(planCase, { bench }) {
      const registrations = arms.map((arm) => bench(arm, refuseOtherProviders))
      const options = { blindCase: planCase.id }
      // Vitest compares two or more; one alone is run.
      const [only, ...others] = registrations
      if (only !== undefined && others.length === 0) await only.run(options)
      else await bench.compare(...registrations, options)
      const result = session.resultOf(planCase.id)
      if (result.faults.length > 0) {
        throw new Error(`The case ${planCase.id} has no verdict. ${describeFaults(result)}`)
      }
      return result
    },
    pooled: (latency) => session.pool(latency.latencyMs),
    baseline: (request) => holdBaseline(request, { host: context.host, plan }),
    async findDecoy({ signal }) {
      const decoy = await session.measureDecoy(signal)
      const fault = decoy?.faults[0] ?? decoyFault(decoy)
      if (fault !== null) throw new Error(`Expected the decoy to be found: ${fault}.`)
    },
    async expectValid() {
      const { outcome, reasons } = await session.end()
      if (outcome !== 'invalid' && outcome !== 'incomplete' && outcome !== 'unblinded') return
      throw new Error(`Expected a valid run, this one is ${outcome}: ${reasons.join('; ')}.`)
    },
  }
}

function refuseOtherProviders(): never {
  throw new Error("Expected spoe-bench's own benchmark.provider to run the arms: see vitest.config.ts.")
}

interface Session {
  measure(caseId: string, signal: AbortSignal): ReturnType<Trial['measure']>
  measureDecoy: Trial['measureDecoy']
  resultOf(caseId: string): CaseResult
  pool(latencyMs: number): LatencyResult
  /** Writes the end of the records and the reports, once. */
  end(): Promise<Run>
  close(): Promise<void>
}

/** The trial of this process: opened by the first case, closed after the last test. */
function createSession(plan: Plan, context: RunContext): Session {
  const progress = sendProgressTo(context.progressPort)
  const told = createCaseProgress(progress, plan)
  const results = new Map<string, CaseResult>()
  let trial: Trial | undefined
  let isDecoyOpen = false
  let announced: Promise<void> | undefined

  const open = async (): Promise<Trial> =>
    openTrial({
      resultsDir: context.resultsDir,
      plan,
      host: context.host,
      machine: createMachine(context),
      seed: randomBytes(32),
      onPeek: (text) => progress.send({ type: 'line', text }),
      onProgress: told.onProgress,
    })

  const announce = async ({ commitment, path }: Trial): Promise<void> =>
    announceAsAsked({ runId: plan.runId, commitment, path }, (text) => progress.send({ type: 'line', text }))

  let ended: Promise<Run> | undefined
  const end = async (): Promise<Run> => {
    if (trial === undefined) throw new Error('No case was measured.')
    const isWhole = results.size === plan.cases.length && (plan.decoy === undefined || isDecoyOpen)
    trial.end(isWhole ? 'complete' : 'interrupted')
    await trial[Symbol.asyncDispose]()
    const { run, screen, summary } = await writeReports(trial.path)
    progress.send({ type: 'screen', screen, path: `results/${plan.runId}` })
    addToJobSummary(
      process.env['GITHUB_STEP_SUMMARY'],
      `
${summary}`,
    )
    return run
  }

  return {
    async measure(caseId, signal) {
      if (trial === undefined) {
        trial = await open()
        if (trial.ledgerNote !== null) progress.send({ type: 'line', text: trial.ledgerNote })
      }
      // Kept, so that a run whose commitment could not be stamped fails with every case, not with its first.
      await (announced ??= announce(trial))
      const opened = await trial.measure(caseId, signal)
      results.set(caseId, opened.result)
      told.opened(opened.result)
      progress.send({ type: 'line', text: markProvisional((width) => renderCaseLine(opened.result, width)) })
      return opened
    },
    async measureDecoy(signal) {
      if (trial === undefined) throw new Error('No case was measured.')
      const decoy = await trial.measureDecoy(signal)
      isDecoyOpen = decoy !== null
      return decoy
    },
    resultOf(caseId) {
      const result = results.get(caseId)
      if (result === undefined) throw new Error(`The case ${caseId} was not measured.`)
      return result
    },
    pool(latencyMs) {
      if (trial === undefined) throw new Error('No case was measured.')
      const latency = trial.pool(latencyMs)
      progress.send({ type: 'line', text: markProvisional((width) => renderLatencyLine(latency, width)) })
      return latency
    },
    end: () => (ended ??= end()),
    async close() {
      if (trial !== undefined) await (ended ??= end())
      await progress[Symbol.asyncDispose]()
    },
  }
}

/** A figure that is shown before the run is known to be valid says so. */
function markProvisional(render: (width: number) => string, width = 80): string {
  const mark = '  provisional'
  return `${render(width - mark.length)}${mark}`
}
