import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { findDelayKind } from '../host/distance.ts'
import type { DistanceDesign, DistanceRecord } from '../record/distance.ts'
import { renderDistances } from '../report/distance-table.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { measureDistance } from '../trial/distance/measure-distance.ts'
import { TrialError } from '../trial/trial-error.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

/**
 * Measures what a network between HAProxy and its agent adds, on the machine that globalSetup prepared.
 * @throws {TrialError} `usage` where there can be no such network here
 */
export function runDistance(
  design: Omit<DistanceDesign, 'blocks'>,
  signal: AbortSignal,
): Promise<DistanceRecord> {
  return withCleanup((cleanup) => run(design, signal, cleanup))
}

async function run(
  rules: Omit<DistanceDesign, 'blocks'>,
  signal: AbortSignal,
  cleanup: Cleanup,
): Promise<DistanceRecord> {
  const context = inject('spoeBench')
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const kind = await findDelayKind()
  if (typeof kind === 'object') throw new TrialError('usage', kind.reason)
  const design = { ...rules, blocks: context.peers.blocks }
  const slots = (design.blocks + design.warmUpBlocks) * (2 * design.delaysMs.length + 1)
  const seconds = Math.ceil((slots * design.intervalMs) / 1000) + 10
  progress.send({ type: 'line', text: `${design.blocks} blocks, about ${seconds} s` })
  const record = await measureDistance({
    runId: context.runId,
    startedAt: context.startedAt,
    design,
    kind,
    machine: createMachine(context),
    host: context.host,
    seed: randomBytes(32),
    signal,
  })
  const folder = join(context.resultsDir, context.runId)
  mkdirSync(folder, { recursive: true })
  const table = renderDistances(record)
  writeFileSync(join(folder, 'distance.json'), `${JSON.stringify(record)}\n`)
  writeFileSync(join(folder, 'distance.txt'), `${table}\n`)
  progress.send({
    type: 'report',
    text: `${table}\n\nresults/${context.runId}/distance.json holds every figure`,
  })
  return record
}
