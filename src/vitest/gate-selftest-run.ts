import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { inject } from 'vitest'
import { type GateFile, openGateFile } from '../calibration/gate-file.ts'
import type { TestedGate } from '../calibration/gate-record.ts'
import { renderGates } from '../calibration/gate-report.ts'
import type { GateSide } from '../record/gate-plan.ts'
import type { Run } from '../record/run.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { planGate } from '../trial/gate/plan-gate.ts'
import { ownAgentCommand } from '../trial/gate/resolve-sides.ts'
import { describeSession } from './describe-session.ts'
import { measureGate } from './measure-gate.ts'
import { type ProgressSender, sendProgressTo } from './progress-channel.ts'
import type { RunContext } from './run-context.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * What the candidate spins, gate after gate, going on where the last session ended. 0 is the same agent twice, and the
 * most often: a rare false alarm takes the most gates to see.
 */
const injectionsMs = [0, 0.1, 0, 0, 0.1, 0, 0, 1, 0] as const

/** More in a row that come to nothing, and there is no point in going on. */
const maxFailures = 3

/** Measures whole gates until the time is up, appends each to fixtures/gate, and prints what all show together. */
export async function runGateSelftest(design: {
  readonly minutes: number
  readonly signal: AbortSignal
}): Promise<{ readonly measured: number }> {
  return withCleanup((cleanup) => run(design, cleanup))
}

async function run(
  { minutes, signal }: { readonly minutes: number; readonly signal: AbortSignal },
  cleanup: Cleanup,
): Promise<{ readonly measured: number }> {
  const context = inject('spoeBench')
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const file = openGateFile()
  file.append(describeSession(context))
  const startMs = performance.now()
  let measured = 0
  let failures = 0
  // The first one is always measured, so that a session is never empty.
  while (measured === 0 || performance.now() - startMs < minutes * 60_000) {
    const tested = await testGate(file, context, progress, measured, signal)
    if (signal.aborted) break
    file.append(tested)
    measured++
    failures = tested.outcome === 'incomplete' ? failures + 1 : 0
    progress.send({ type: 'line', text: `gate ${measured}, ${tested.injectedMs} ms: ${tested.outcome}` })
    for (const reason of tested.reasons) progress.send({ type: 'line', text: `  ${reason}` })
    if (failures === maxFailures)
      throw new Error(`Expected gates to be measured: ${tested.reasons.join('; ')}`)
  }
  progress.send({ type: 'report', text: renderGates(file.lines) })
  return { measured }
}

async function testGate(
  { lines }: GateFile,
  context: RunContext,
  progress: ProgressSender,
  measured: number,
  signal: AbortSignal,
): Promise<TestedGate> {
  const turn = lines.filter(({ type }) => type === 'gate').length
  const injectedMs = injectionsMs[turn % injectionsMs.length] as number
  const at = new Date().toISOString()
  const startMs = performance.now()
  const commandOf = (spinMs: number): string => `${ownAgentCommand} --spin-ms ${spinMs}`
  const sideOf = (spinMs: number): GateSide => {
    const command = commandOf(spinMs)
    return { kind: 'command', name: command, command, commit: null, isChanged: false }
  }
  const { run: gate, failure } = await measureGate({
    plan: planGate({
      runId: `${context.runId}-${measured + 1}`,
      startedAt: at,
      mode: context.mode,
      gate: { base: sideOf(0), candidate: sideOf(injectedMs), hasDelay: true },
    }),
    sources: {
      base: { command: commandOf(0), cwd: root },
      candidate: { command: commandOf(injectedMs), cwd: root },
    },
    context,
    resultsDir: join(context.resultsDir, 'gate-selftest'),
    progress,
    label: `gate ${measured + 1}, `,
    onCommitment: async () => {},
    signal,
  })
  const durationS = Math.round((performance.now() - startMs) / 1000)
  const reasons = [...(failure === null ? [] : [failure.message]), ...gate.reasons]
  return { type: 'gate', at, mode: context.mode, injectedMs, durationS, ...describe(gate), reasons }
}

function describe({ outcome, gate }: Run): Pick<TestedGate, 'outcome' | 'latencies'> {
  const latencies = (gate?.latencies ?? []).map((latency) => ({
    latencyMs: latency.latencyMs,
    blocks: latency.blocks,
    estimate: latency.differenceMs?.estimate ?? null,
    lower: latency.differenceMs?.lower ?? null,
    upper: latency.differenceMs?.upper ?? null,
    spread: latency.differenceMs?.spread ?? null,
    rounds: latency.roundsMs,
    pBlocks: latency.pBlocks,
    pRounds: latency.pRounds,
    pAdjusted: latency.pAdjusted,
    verdict: latency.verdict,
    p99: latency.tailMs?.estimate ?? null,
  }))
  return { outcome, latencies }
}
