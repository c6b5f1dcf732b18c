import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type CalibrationFiles, openCalibrationFiles } from '../calibration/files.ts'
import { measureUnit } from '../calibration/measure-unit.ts'
import { renderCalibration } from '../calibration/report.ts'
import type { Mode } from '../record/plan.ts'
import { stackWarmUpRounds } from '../trial/boot-case.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { startStack } from '../trial/stack.ts'
import { describeSession } from './describe-session.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

/** Every so many units one is measured with the machine left as it is. */
const asIsEvery = 8

export interface CalibrationDesign {
  /** No unit is begun after this time. */
  readonly minutes: number
  readonly blocks: number
  /** The units take turns through these. */
  readonly agentSleepsMs: readonly number[]
  readonly signal: AbortSignal
}

/**
 * Measures units until the time is up and appends each to fixtures/calibration; a session that is broken off
 * keeps what it has, the next one goes on. Prints what all sessions show together.
 */
export async function runCalibration(design: CalibrationDesign): Promise<{ readonly measured: number }> {
  return withCleanup((cleanup) => run(design, cleanup))
}

async function run(design: CalibrationDesign, cleanup: Cleanup): Promise<{ readonly measured: number }> {
  const { blocks, agentSleepsMs, signal } = design
  const context = inject('spoeBench')
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const files = openCalibrationFiles()
  const machine = createMachine(context)
  const stack = cleanup.use(await startStack({ epochNs: process.hrtime.bigint() }))
  const startMs = performance.now()
  const durationMs = design.minutes * 60_000
  files.append(describeSession(context))
  let measured = 0
  // The first unit is always measured, so that a session is never empty.
  while (!signal.aborted && (measured === 0 || performance.now() - startMs < durationMs)) {
    const mode: Mode = measured % asIsEvery === asIsEvery - 1 ? 'as-is' : context.mode
    const latencyMs = agentSleepsMs[measured % agentSleepsMs.length] ?? 0
    const leftMs = Math.max(0, durationMs - (performance.now() - startMs))
    const { unit, blocks: twinBlocks } = await measureUnit({
      runId: context.runId,
      latencyMs,
      blocks,
      mode,
      release: context.binary.release,
      stack,
      machine,
      key: randomBytes(32),
      warmUpRounds: measured === 0 ? stackWarmUpRounds : 0,
      onProgress: (blocksDone, blocksTotal) =>
        progress.send({
          type: 'blocks',
          label: `unit ${measured + 1}, ${mode}, agent sleeps ${latencyMs} ms`,
          caseIndex: measured,
          caseCount:
            measured + 1 + Math.floor(measured === 0 ? 0 : (leftMs * measured) / (durationMs - leftMs)),
          blocksDone,
          blocksTotal,
          etaMs: leftMs,
        }),
      signal,
    })
    files.append(unit)
    if (twinBlocks !== null) files.keepTwin(twinBlocks)
    measured++
    for (const fault of unit.faults) progress.send({ type: 'line', text: `unit ${measured}: ${fault}` })
  }
  progress.send({ type: 'report', text: report(files) })
  return { measured }
}

function report({ lines, stored }: CalibrationFiles): string {
  return renderCalibration(lines, stored)
}
