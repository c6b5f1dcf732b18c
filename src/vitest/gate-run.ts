import { inject, type TestContext } from 'vitest'
import { isAnswer, type Run } from '../record/run.ts'
import { addToJobSummary } from '../report/job-summary.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { explainLatency } from '../trial/gate/conclude-gate.ts'
import { latencyWords } from '../trial/gate/gate-words.ts'
import { planGate } from '../trial/gate/plan-gate.ts'
import { announceAsAsked } from './announce-commitment.ts'
import { measureGate, type MeasuredGate, type MeasureGateOptions } from './measure-gate.ts'
import { sendProgressTo } from './progress-channel.ts'

export interface Gate {
  /** What is decided one by one: `agents wait 10 ms`. */
  readonly latencies: readonly { readonly latencyMs: number; readonly name: string }[]
  /** Measures base and candidate and reports the run. Throws, with the reasons, when it decides nothing. */
  measure(context: TestContext): Promise<void>
  /** Throws, with the reason, unless the candidate is as fast as the base at this latency. */
  expectNotSlower(latencyMs: number, context: TestContext): void
}

/** Declares the gate between the two sides that globalSetup found. Its plan is fixed here, before anything is measured. */
export function openGate(): Gate {
  const context = inject('spoeBench')
  if (context.gate === null) throw new Error('Expected two sides: npm run gate -- --base <git ref>.')
  const { sources, users, gate, notes, ...design } = context.gate
  const { runId, startedAt, mode } = context
  const plan = planGate({ runId, startedAt, mode, gate, ...design })
  let run: Run | undefined
  return {
    latencies: [...new Set(plan.cases.map(({ latencyMs }) => latencyMs))].map((latencyMs) => ({
      latencyMs,
      name: latencyWords(gate, latencyMs),
    })),
    async measure({ signal }) {
      const measured = await withCleanup((cleanup) =>
        measure({ plan, sources, users, notes, signal }, cleanup),
      )
      run = measured.run
      if (measured.failure !== null) throw measured.failure
      const { outcome, reasons } = run
      if (!isAnswer(outcome)) {
        throw new Error(`Expected a run that decides something, it is ${outcome}: ${reasons.join('; ')}.`)
      }
    },
    expectNotSlower(latencyMs: number, test: TestContext) {
      const found = run?.gate?.latencies.find((latency) => latency.latencyMs === latencyMs)
      if (run?.gate === undefined || found === undefined || !isAnswer(run.outcome)) {
        test.skip('nothing was decided: see the test before')
      }
      const reason = explainLatency(run.gate, found)
      if (reason === null) return
      if (found.verdict !== 'exceeds' && process.env['SPOE_BENCH_INCONCLUSIVE'] === 'pass') test.skip(reason)
      throw new Error(`Expected the candidate not to be slower than the base; ${reason}.`)
    },
  }
}

interface Measurement extends Pick<MeasureGateOptions, 'plan' | 'sources' | 'users' | 'signal'> {
  /** For the user, a sentence each. */
  readonly notes: readonly string[]
}

async function measure({ notes, ...measurement }: Measurement, cleanup: Cleanup): Promise<MeasuredGate> {
  const context = inject('spoeBench')
  const { runId, resultsDir } = context
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  for (const text of notes) progress.send({ type: 'line', text })
  const summaryFile = process.env['GITHUB_STEP_SUMMARY']
  const measured = await measureGate({
    ...measurement,
    context,
    resultsDir,
    progress,
    label: '',
    onCommitment: ({ commitment, path }) =>
      announceAsAsked({ runId, commitment, path }, (text) => progress.send({ type: 'line', text })),
  })
  const { failure, table, summary } = measured
  progress.send({
    type: 'report',
    text: failure === null ? table : `${table}\nspoe-bench: ${failure.message}`,
  })
  addToJobSummary(summaryFile, `\n${summary}`)
  return measured
}
