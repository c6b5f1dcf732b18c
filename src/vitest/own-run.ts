import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatAddress } from '../agent/address.ts'
import { readCpuMs } from '../host/process-cpu.ts'
import { readPeakMemoryBytes } from '../host/process-memory.ts'
import type { Run } from '../record/run.ts'
import { renderLatencyLine } from '../report/case-line.ts'
import { writeReports } from '../report/write-reports.ts'
import { provingRounds } from '../trial/boot-arms.ts'
import { stackWarmUpRounds } from '../trial/boot-case.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { planTrial } from '../trial/plan-trial.ts'
import { openTrial, type Trial } from '../trial/trial.ts'
import { announceAsAsked } from './announce-commitment.ts'
import { createCaseProgress } from './case-progress.ts'
import { createMachine } from './machine.ts'
import type { OwnAgent } from './own-setup.ts'
import { type ProgressSender, sendProgressTo } from './progress-channel.ts'
import type { RunContext } from './run-context.ts'

/** Fresh HAProxys over which the blocks are spread: what a boot has of its own must not pass for the agent. */
const boots = 4

/** Measures the agent that is up, blind and sealed, and reports it. */
export async function runOwn(context: RunContext, signal: AbortSignal): Promise<Run> {
  return withCleanup((cleanup) => run(context, signal, cleanup))
}

async function run(context: RunContext, signal: AbortSignal, cleanup: Cleanup): Promise<Run> {
  const { own } = context
  if (own === null) throw new Error('Expected an agent to measure: npm run run -- --help says how.')
  const plan = planTrial({
    runId: context.runId,
    startedAt: context.startedAt,
    condition: 'paced',
    arms: ['bypass', 'placebo', 'offload'],
    agentSleepsMs: [0],
    requests: [Math.ceil(own.blocks / boots)],
    boots,
    agent: own.plan,
    origin: own.origin === null ? undefined : formatAddress(own.origin),
    traffic: own.traffic,
    marginMs: own.marginMs,
    mode: context.mode,
    release: context.binary.release,
    isUnblinded: context.isUnblinded,
    decoy: {},
  })
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const told = createCaseProgress(progress, plan)
  const line = (text: string): void => progress.send({ type: 'line', text })
  own.notes.forEach(line)
  const { host, port, user } = own
  const trial = cleanup.use(
    await openTrial({
      resultsDir: context.resultsDir,
      plan,
      host: context.host,
      machine: createMachine(context),
      seed: randomBytes(32),
      origin: own.origin ?? undefined,
      outside: { host, port, user },
      onPeek: line,
      onProgress: told.onProgress,
    }),
  )
  if (trial.ledgerNote !== null) line(trial.ledgerNote)
  await announceAsAsked({ runId: plan.runId, commitment: trial.commitment, path: trial.path }, line)
  const sample = sampleAgent(own)
  let isWhole = false
  let ended: Run
  try {
    for (const { id } of plan.cases) told.opened((await trial.measure(id, signal)).result)
    const latency = trial.pool(0)
    line(`${renderLatencyLine(latency, 66, 'agent')}  provisional`)
    const blocks = plan.cases.reduce((sum, one) => sum + one.requests + one.warmUpBlocks, 0)
    // Some prove every boot; the first is followed by the rounds that warm the threads.
    sample.end(trial, blocks + boots * provingRounds(own.traffic) + stackWarmUpRounds)
    await trial.measureDecoy(signal)
    isWhole = true
  } finally {
    trial.end(isWhole ? 'complete' : 'interrupted')
    ended = await report(trial, progress, sample.text())
  }
  return ended
}

async function report(trial: Trial, progress: ProgressSender, agentText: string): Promise<Run> {
  const reports = await writeReports(trial.path)
  progress.send({
    type: 'report',
    text: `${reports.table}\n${agentText}\nresults/${reports.run.runId}: report.html, table.txt`,
  })
  return reports.run
}

/** Processor time and memory of the agent, over all that it was asked; written beside the run's records. */
function sampleAgent({ pids, plan }: OwnAgent): {
  end(trial: Trial, requests: number): void
  text(): string
} {
  const before = readCpuMs(pids)
  let text = ''
  return {
    text: () => text,
    end(trial, requests) {
      const after = readCpuMs(pids)
      const cpuMs = before === null || after === null ? null : after - before
      const peaks = pids.map(readPeakMemoryBytes)
      const peakBytes =
        peaks.length === 0 || peaks.includes(null)
          ? null
          : peaks.reduce<number>((sum, one) => sum + (one ?? 0), 0)
      const record = { from: plan.from, processes: pids.length, requests, cpuMs, peakBytes }
      writeFileSync(join(trial.path, 'agent.json'), `${JSON.stringify(record, null, 2)}\n`)
      text =
        cpuMs === null || peakBytes === null
          ? "The agent's process is not known, nor what it costs.\n"
          : `The agent's ${pids.length === 1 ? 'process' : `${pids.length} processes`}: ` +
            `${((1000 * cpuMs) / requests).toFixed(0)} us of processor time a request, ` +
            `${(peakBytes / 2 ** 20).toFixed(0)} MiB of memory at most.\n`
    },
  }
}
