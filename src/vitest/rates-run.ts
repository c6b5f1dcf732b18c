import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { measureRates } from '../rates/measure-rates.ts'
import { bootMs, cellDurationMs } from '../rates/plan-rates.ts'
import { saveRates, writeRates } from '../rates/write-rates.ts'
import type { RatesRecord } from '../record/rates.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { announceAsAsked } from './announce-commitment.ts'
import { type BlockProgress, createBlockProgress } from './block-progress.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

/** Figures, table and files. */
const endMs = 1_000

/** Measures latency under load on the HAProxys that globalSetup found, on the machine that it prepared. */
export function runRates(rules: { readonly level: number }, signal: AbortSignal): Promise<RatesRecord> {
  return withCleanup((cleanup) => run(rules, signal, cleanup))
}

async function run(
  { level }: { readonly level: number },
  signal: AbortSignal,
  cleanup: Cleanup,
): Promise<RatesRecord> {
  const context = inject('spoeBench')
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const print = (text: string): void => progress.send({ type: 'line', text })
  let told: BlockProgress | undefined
  let cellCount = 0
  const record = await measureRates({
    runId: context.runId,
    startedAt: context.startedAt,
    resultsDir: context.resultsDir,
    binaries: context.binaries,
    sizes: context.rates,
    level,
    machine: createMachine(context),
    host: context.host,
    seed: randomBytes(32),
    onPlan(plan) {
      cellCount = plan.cells.length
      // Cells take turns in random order: a step is the first, second, third of a round.
      const steps = Array.from({ length: plan.rounds }, (_, round) =>
        plan.cells.map((cell, place) => {
          const blocks = 2 * cell.rates.length
          const blockMs = cellDurationMs(plan, cell) / blocks
          const name = `round ${round + 1}, ${place + 1} of ${cellCount}`
          return { name, blocks, blockMs, bootMs, lagMs: 0, analysisMs: 0 }
        }),
      ).flat()
      told = createBlockProgress(progress, steps, { endMs })
    },
    onCommitment: (commitment, path) => announceAsAsked({ runId: context.runId, commitment, path }, print),
    onNote: print,
    onStretch: (round, place, done) => told?.ended(round * cellCount + place, done),
    onRound: (partial) => void saveRates(context.resultsDir, partial),
    signal,
  })
  const table = await writeRates(context.resultsDir, record)
  progress.send({
    type: 'report',
    text: `${table}\n\nresults/${context.runId}: rates.txt, rates.svg, rates.json`,
  })
  return record
}
