import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { type CalibrationFiles, openCalibrationFiles } from '../calibration/files.ts'
import { measureUnit, planUnit } from '../calibration/measure-unit.ts'
import { renderCalibration } from '../calibration/report.ts'
import type { Mode } from '../record/plan.ts'
import { stackWarmUpRounds } from '../trial/boot-case.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { startStack } from '../trial/stack.ts'
import { createBlockProgress } from './block-progress.ts'
import { describeSession } from './describe-session.ts'
import { createLateness } from './lateness.ts'
import { createMachine } from './machine.ts'
import { fillTime, type WorkStep, workOf } from './planned-work.ts'
import { sendProgressTo } from './progress-channel.ts'
import type { RunContext } from './run-context.ts'

/** Every so many units one is measured with the machine left as it is. */
const asIsEvery = 8

/** Printing what all sessions show relabels blocks ten thousand times. */
const endMs = 4_500

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
  const { blocks, signal } = design
  const context = inject('spoeBench')
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const files = openCalibrationFiles()
  const machine = createMachine(context)
  const stack = cleanup.use(await startStack({ epochNs: process.hrtime.bigint() }))
  const stepOf = createSteps(design, context)
  const startMs = performance.now()
  const durationMs = design.minutes * 60_000
  files.append(describeSession(context))
  let measured = 0
  let blocksBefore = 0
  let lateness = createLateness()
  // The first unit is always measured, so that a session is never empty.
  while (!signal.aborted && (measured === 0 || performance.now() - startMs < durationMs)) {
    const { mode, latencyMs } = turnOf(measured, design, context.mode)
    const steps = fillTime(durationMs - (performance.now() - startMs), (turn) => stepOf(measured + turn))
    const told = createBlockProgress(progress, steps, {
      endMs,
      before: { cases: measured, blocks: blocksBefore },
    })
    lateness = createLateness(lateness.share)
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
      onProgress(blocksDone, _, { exchanges }) {
        lateness.add(exchanges)
        told.ended(0, blocksDone, { lateShare: lateness.share })
      },
      signal,
    })
    files.append(unit)
    if (twinBlocks !== null) files.keepTwin(twinBlocks)
    blocksBefore += stepOf(measured).blocks
    measured++
    for (const fault of unit.faults) progress.send({ type: 'line', text: `unit ${measured}: ${fault}` })
  }
  progress.send({ type: 'report', text: report(files) })
  return { measured }
}

function turnOf(
  turn: number,
  { agentSleepsMs }: CalibrationDesign,
  mode: Mode,
): { readonly mode: Mode; readonly latencyMs: number } {
  return {
    mode: turn % asIsEvery === asIsEvery - 1 ? 'as-is' : mode,
    latencyMs: agentSleepsMs[turn % agentSleepsMs.length] ?? 0,
  }
}

/** The work of each unit by its turn. */
function createSteps(design: CalibrationDesign, context: RunContext): (turn: number) => WorkStep {
  const { blocks, agentSleepsMs } = design
  const { runId, binary } = context
  const works = agentSleepsMs.flatMap((latencyMs) =>
    workOf(planUnit({ runId, latencyMs, blocks, mode: context.mode, release: binary.release })),
  )
  return (turn) => {
    const { mode, latencyMs } = turnOf(turn, design, context.mode)
    const work = works[turn % works.length] as WorkStep
    return { ...work, name: `unit ${turn + 1}, ${mode}, agent sleeps ${latencyMs} ms` }
  }
}

function report({ lines, stored }: CalibrationFiles): string {
  return renderCalibration(lines, stored)
}
