import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chainRow, hashRow } from '../../record/chain.ts'
import { commitTo, type Plan } from '../../record/plan.ts'
import type { Exchange } from '../../record/samples.ts'
import type { WorkerLine } from '../../record/workers.ts'
import { allocateBlocks, caseKey } from '../allocation.ts'
import { type CaseLines, groupByCase } from '../case-records.ts'
import { renderLoadInput } from '../load-file.ts'
import { firstRequestOf, loadFile, loadInput } from '../load-input.ts'
import { createRunFolder } from '../run-folder.ts'
import { renderShare, sharesOf } from '../workers/export-files.ts'
import { writeSealed } from '../workers/sealed.ts'
import { syntheticRecords } from './synthetic-run.ts'

export interface HeldRun {
  readonly path: string
  /** What worker N recorded, at N - 1. */
  readonly files: readonly string[]
}

/** Changes what a worker wrote before it is chained: whoever has the share can do that. */
export type Forge = (lines: readonly WorkerLine[], share: number) => readonly object[]

/** A run of `npm run export` that nobody measured: all its requests have come, and it waits for its import. */
export function holdRun(resultsDir: string, plan: Plan, forge: Forge = (lines) => lines): HeldRun {
  const { host, lines } = syntheticRecords(plan)
  const seed = new Uint8Array(32).fill(3)
  using folder = createRunFolder(resultsDir, plan, host)
  folder.commit(commitTo(plan, seed))
  const byCase = groupByCase(lines)
  const made = plan.cases.map((planCase) => {
    const { ports, blocks, notifies, requests } = byCase.get(planCase.id) as CaseLines
    const allocation = allocateBlocks(plan, planCase, caseKey(seed, planCase.id))
    const input = loadInput(plan, allocation, ports, firstRequestOf(plan, planCase.id))
    writeFileSync(loadFile(folder.path, plan, planCase.id), renderLoadInput(input))
    return { ports: [...ports], notifies: [...notifies], requests: [...requests], blocks, input }
  })
  const shares = sharesOf(
    plan,
    made.map(({ input }) => input),
  )
  const files = shares.map((share) => {
    const blocks = share.cases.flatMap(({ place, load }): WorkerLine[] =>
      [...(made[place - 1]?.blocks ?? [])].map(([block, exchanges]) => ({
        type: 'block',
        place,
        block,
        exchanges: exchanges.map((exchange, slot) =>
          startAt(exchange, load.offsetsNs?.[block * load.slotsPerBlock + slot] ?? 0),
        ),
      })),
    )
    const { runId, share: number, of } = share
    const written = forge(
      [
        { type: 'share', schema: 'spoe-bench/worker/1', runId, share: number, of },
        ...blocks,
        { type: 'end', blocks: blocks.length },
      ],
      number,
    )
    const file = join(resultsDir, `records-${number}.jsonl`)
    let previous = hashRow(renderShare(share))
    const rows = written.map((line) => {
      const row = chainRow(line, previous)
      previous = hashRow(row)
      return `${row}\n`
    })
    writeFileSync(file, rows.join(''))
    return file
  })
  writeSealed(folder.path, {
    seed: Buffer.from(seed).toString('hex'),
    stealShare: 0,
    roundTripMs: 0.05,
    bootMs: 80,
    hellos: [[0, false]],
    agentErrors: [],
    cases: made.map(({ ports, notifies, requests }) => ({ ports, notifies, requests })),
  })
  return { path: folder.path, files }
}

/** As long as it was, at another time: a worker's clock is its own. */
function startAt([port, source, , startNs, endNs, fault]: Exchange, atNs: number): Exchange {
  return [port, source, atNs, atNs, atNs + endNs - startNs, fault]
}
