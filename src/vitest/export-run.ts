import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import type { Plan } from '../record/plan.ts'
import { withCleanup } from '../trial/cleanup.ts'
import { planTrial } from '../trial/plan-trial.ts'
import { writeExport } from '../trial/workers/export-files.ts'
import { holdStack } from '../trial/workers/hold-stack.ts'
import { announceCommitment } from './announce-commitment.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

/** Progress in a pipe is a line as a share gets this much further. */
const toldEvery = 0.25

/** Seals a plan, writes what workers need, and holds the stack until they have sent all of it. */
export function exportRun(signal: AbortSignal): Promise<void> {
  return withCleanup(async (cleanup) => {
    const context = inject('spoeBench')
    const { exported } = context
    if (exported === null)
      throw new Error('Expected a folder to export to: npm run export -- --help says how.')
    const { folder, host, firstPort, agentSleepsMs, blocks, workers, marginMs } = exported
    const plan = planTrial({
      runId: context.runId,
      startedAt: context.startedAt,
      condition: 'paced',
      arms: ['bypass', 'placebo', 'offload'],
      agentSleepsMs,
      requests: [blocks],
      workers: { count: workers, host },
      marginMs,
      mode: context.mode,
      release: context.binary.release,
    })
    const progress = cleanup.use(sendProgressTo(context.progressPort))
    const line = (text: string): void => progress.send({ type: 'line', text })
    const { strays } = await holdStack({
      resultsDir: context.resultsDir,
      plan,
      host: context.host,
      machine: createMachine(context),
      seed: randomBytes(32),
      listen: { host, ...(firstPort === null ? {} : { firstPort }) },
      async onCommitment({ path, commitment, ledgerNote }) {
        if (ledgerNote !== null) line(ledgerNote)
        await announceCommitment(
          { runId: plan.runId, commitment, path },
          {
            command: process.env['SPOE_BENCH_ON_COMMITMENT'],
            summaryFile: process.env['GITHUB_STEP_SUMMARY'],
            print: line,
          },
        )
      },
      onReady(inputs) {
        writeExport(folder, plan, inputs)
        line(readyText(plan, folder))
      },
      onProgress: tellShares(plan, line),
      signal,
    })
    if (strays > 0)
      line(`${strays} requests came that no worker was told to send; none of them is in the records`)
    line(`all requests have come; when the workers are done: npm run import -- ${plan.runId} records-*.jsonl`)
  })
}

function readyText({ runId, workers }: Plan, folder: string): string {
  const count = workers?.count ?? 0
  return [
    `ready, run ${runId}: start ${count} worker(s), each with a share of its own, 1 to ${count}:`,
    `  SPOE_BENCH_SHARE=1 artillery run ${folder}/script.yml`,
    `  node ${folder}/processor.mjs 1     (the same without Artillery)`,
    'Each writes records-N.jsonl where it is started. Ctrl-C gives the run up.',
  ].join('\n')
}

/** How much of each share has come; tells it now and then. */
function tellShares(plan: Plan, line: (text: string) => void): (received: readonly number[]) => void {
  const told = new Map<number, number>()
  return (received) => {
    for (let share = 1; share <= (plan.workers?.count ?? 0); share++) {
      const own = plan.cases.flatMap(({ worker, warmUpBlocks, requests }, index) =>
        worker === share
          ? [{ come: received[index] ?? 0, all: (warmUpBlocks + requests) * plan.arms.length }]
          : [],
      )
      const done = sum(own.map(({ come }) => come)) / sum(own.map(({ all }) => all))
      const step = Math.floor(done / toldEvery)
      if (step <= (told.get(share) ?? 0)) continue
      told.set(share, step)
      line(`share ${share}: ${Math.floor(100 * done)} % of its requests have come`)
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
