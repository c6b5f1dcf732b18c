import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Peers, PeersDesign } from '../record/peers.ts'
import { renderPeers } from '../report/peers-table.ts'
import { type Cleanup, withCleanup } from '../trial/cleanup.ts'
import { comparePeers } from '../trial/peers/compare-peers.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

/** Compares the peers that were named with our agent, on the machine that globalSetup prepared. */
export async function runPeers(
  design: Omit<PeersDesign, 'blocks' | 'rounds' | 'roundMs'>,
  signal: AbortSignal,
): Promise<Peers> {
  return withCleanup((cleanup) => run(design, signal, cleanup))
}

async function run(
  design: Omit<PeersDesign, 'blocks' | 'rounds' | 'roundMs'>,
  signal: AbortSignal,
  cleanup: Cleanup,
): Promise<Peers> {
  const context = inject('spoeBench')
  const { list, ...sizes } = context.peers
  const progress = cleanup.use(sendProgressTo(context.progressPort))
  const arms = list.length + 2
  const loadMs = (sizes.rounds + 1) * arms * (sizes.roundMs + design.roundWarmUpMs)
  const peers = await comparePeers({
    runId: context.runId,
    startedAt: context.startedAt,
    peers: list,
    design: { ...design, ...sizes },
    machine: createMachine(context),
    host: context.host,
    seed: randomBytes(32),
    onProgress: (label, done, total) =>
      progress.send({
        type: 'blocks',
        label,
        caseIndex: label === 'latency' ? 0 : 1,
        caseCount: 2,
        blocksDone: done,
        blocksTotal: total,
        etaMs:
          label === 'latency'
            ? sizes.blocks * arms * design.intervalMs + loadMs
            : loadMs * (1 - done / total),
      }),
    signal,
  })
  const folder = join(context.resultsDir, context.runId)
  mkdirSync(folder, { recursive: true })
  const table = renderPeers(peers)
  writeFileSync(join(folder, 'peers.json'), `${JSON.stringify(peers)}\n`)
  writeFileSync(join(folder, 'peers.txt'), `${table}\n`)
  progress.send({
    type: 'report',
    text: `${table}\n\nresults/${context.runId}/peers.json holds every figure`,
  })
  return peers
}
