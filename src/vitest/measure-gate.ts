import { randomBytes } from 'node:crypto'
import type { Plan } from '../record/plan.ts'
import type { Run } from '../record/run.ts'
import { writeReports } from '../report/write-reports.ts'
import type { SideUsers, Sources } from '../trial/gate/outside-agents.ts'
import { openTrial, type Trial } from '../trial/trial.ts'
import { createCaseProgress } from './case-progress.ts'
import { createMachine } from './machine.ts'
import type { ProgressSender } from './progress-channel.ts'
import type { RunContext } from './run-context.ts'

export interface MeasureGateOptions {
  readonly plan: Plan
  readonly sources: Sources
  /** Default: asked by the article's message. */
  readonly users?: SideUsers
  readonly context: RunContext
  readonly resultsDir: string
  readonly progress: ProgressSender
  /** What the progress line says before the name of a case. */
  readonly label: string
  /** Told before the first request. */
  readonly onCommitment: (trial: Trial) => Promise<void>
  readonly signal: AbortSignal
}

export interface MeasuredGate {
  readonly run: Run
  readonly table: string
  /** GitHub Markdown. */
  readonly summary: string
  /** Why it broke off, where it did; what it has until then is in its records. */
  readonly failure: Error | null
}

/** Measures a gate from its commitment to its end, case by case, and reports it. */
export async function measureGate(options: MeasureGateOptions): Promise<MeasuredGate> {
  const { plan, context, progress, signal } = options
  const trial = await openTrial({
    resultsDir: options.resultsDir,
    plan,
    host: context.host,
    machine: createMachine(context),
    sources: options.sources,
    users: options.users ?? null,
    seed: randomBytes(32),
    // One at a time, and an agent may take a second for each; every case has warm-up of its own.
    warmUpRounds: 20,
    onProgress: createCaseProgress(progress, plan, { prefix: options.label }).onProgress,
  })
  let failure: Error | null = null
  try {
    if (trial.ledgerNote !== null) progress.send({ type: 'line', text: trial.ledgerNote })
    await options.onCommitment(trial)
    for (const { id } of plan.cases) await trial.measure(id, signal)
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
  }
  trial.end(failure === null ? 'complete' : 'interrupted')
  await trial[Symbol.asyncDispose]()
  return { ...(await writeReports(trial.path)), failure }
}
