import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { renderCrosscheck } from '../report/crosscheck-table.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { type Crosscheck, crosscheck } from '../trial/crosscheck.ts'
import { planTrial } from '../trial/plan-trial.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

export interface CrosscheckDesign {
  readonly latencyMs: number
  readonly turns: number
  readonly blocksPerTurn: number
  readonly signal: AbortSignal
}

/** Runs the crosscheck on the machine that globalSetup prepared, and prints both clients' figures. */
export async function runCrosscheck(design: CrosscheckDesign): Promise<Crosscheck> {
  return withCleanup((cleanup) => run(design, cleanup))
}

async function run(design: CrosscheckDesign, cleanup: Cleanup): Promise<Crosscheck> {
  const { latencyMs, turns, blocksPerTurn, signal } = design
  const context = inject('spoeBench')
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const plan = planTrial({
    runId: context.runId,
    startedAt: context.startedAt,
    condition: 'paced',
    arms: ['bypass', 'offload'],
    agentSleepsMs: [latencyMs],
    requests: [blocksPerTurn],
    marginMs: 2,
    mode: context.mode,
    release: context.binary.release,
  })
  const planCase = plan.cases[0]
  if (planCase === undefined) throw new Error('Expected one case to cross-check.')
  const turnMs = 2 * (planCase.warmUpBlocks + blocksPerTurn) * plan.arms.length * plan.intervalMs
  const result = await crosscheck({
    plan,
    planCase,
    turns,
    machine: createMachine(context),
    seed: randomBytes(32),
    onProgress: (turn) =>
      progress.send({
        type: 'blocks',
        label: 'both clients',
        caseIndex: turn,
        caseCount: turns,
        blocksDone: turn * blocksPerTurn,
        blocksTotal: turns * blocksPerTurn,
        etaMs: (turns - turn) * turnMs,
      }),
    signal,
  })
  progress.send({ type: 'report', text: renderCrosscheck(result, latencyMs, context.host) })
  return result
}
