import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Versions, VersionsDesign } from '../record/versions.ts'
import { renderVersions } from '../report/versions-table.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { compareVersions } from '../trial/versions/compare-versions.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

type Rules = Omit<VersionsDesign, 'sleepsMs' | 'rounds' | 'blocksPerRound'>

/** Compares the HAProxys that globalSetup found, on the machine that it prepared. */
export function runVersions(rules: Rules, signal: AbortSignal): Promise<Versions> {
  return withCleanup((cleanup) => run(rules, signal, cleanup))
}

async function run(rules: Rules, signal: AbortSignal, cleanup: Cleanup): Promise<Versions> {
  const context = inject('spoeBench')
  const { threads, ...sizes } = context.versions
  const design = { ...rules, ...sizes }
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const frontends = 2 * (context.binaries.length * threads.length + 1)
  const blockMs = frontends * design.intervalMs
  // Boots and warm-up take about a second.
  const roundMs = 1000 + (design.warmUpBlocks + design.blocksPerRound) * blockMs
  const caseCount = design.rounds * design.sleepsMs.length
  const folder = join(context.resultsDir, context.runId)
  const save = (versions: Versions): void => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'versions.json'), `${JSON.stringify(versions)}\n`)
  }
  let caseIndex = -1
  const versions = await compareVersions({
    runId: context.runId,
    startedAt: context.startedAt,
    binaries: context.binaries,
    threads,
    design,
    machine: createMachine(context),
    host: context.host,
    seed: randomBytes(32),
    onProgress(round, sleepMs, blocksDone) {
      if (blocksDone === 0) caseIndex++
      progress.send({
        type: 'blocks',
        label: `agent sleeps ${sleepMs} ms, boot ${round + 1}`,
        caseIndex,
        caseCount,
        blocksDone,
        blocksTotal: design.warmUpBlocks + design.blocksPerRound,
        etaMs: (caseCount - caseIndex) * roundMs - blocksDone * blockMs,
      })
    },
    onRound: save,
    signal,
  })
  const table = renderVersions(versions)
  writeFileSync(join(folder, 'versions.txt'), `${table}\n`)
  progress.send({
    type: 'report',
    text: `${table}\n\nresults/${context.runId}/versions.json holds every figure`,
  })
  return versions
}
