import { inject } from 'vitest'
import type { Run } from '../record/run.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { planGate } from '../trial/gate/plan-gate.ts'
import { announceCommitment } from './announce-commitment.ts'
import { measureGate } from './measure-gate.ts'
import { sendProgressTo } from './progress-channel.ts'

/** Measures the two sides that globalSetup found. @throws whatever it broke off for */
export async function runGate(signal: AbortSignal): Promise<Run> {
  return withCleanup((cleanup) => run(signal, cleanup))
}

async function run(signal: AbortSignal, cleanup: Cleanup): Promise<Run> {
  const context = inject('spoeBench')
  if (context.gate === null) throw new Error('Expected two sides: npm run gate -- --base <git ref>.')
  const { sources, gate, ...sizes } = context.gate
  const { runId, startedAt, mode, resultsDir } = context
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const measured = await measureGate({
    plan: planGate({ runId, startedAt, mode, gate, ...sizes }),
    sources,
    context,
    resultsDir,
    progress,
    label: '',
    onCommitment: ({ commitment, path }) =>
      announceCommitment(
        { runId, commitment, path },
        {
          command: process.env['SPOE_BENCH_ON_COMMITMENT'],
          summaryFile: process.env['GITHUB_STEP_SUMMARY'],
          print: (text) => progress.send({ type: 'line', text }),
        },
      ),
    signal,
  })
  const { failure } = measured
  progress.send({
    type: 'report',
    text: failure === null ? measured.table : `${measured.table}\nspoe-bench: ${failure.message}`,
  })
  if (failure !== null) throw failure
  return measured.run
}
