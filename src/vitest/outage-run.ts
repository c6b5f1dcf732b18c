import { randomBytes } from 'node:crypto'
import { afterAll, inject, type TestContext } from 'vitest'
import { describeBuilds, type HaproxyBinary, nameBuilds } from '../haproxy/binary.ts'
import { checkIntervalMs } from '../haproxy/outage-config.ts'
import { blocksOf, type CellOptions, measureOutage } from '../outage/measure-cell.ts'
import { describeOutage } from '../outage/outage-table.ts'
import { disagreementsOf } from '../outage/open-row.ts'
import { type Outage, outages } from '../outage/outages.ts'
import { planOutages } from '../outage/plan-outages.ts'
import { openOutages, type SealedOutages } from '../outage/sealed-outages.ts'
import { writeOutages } from '../outage/write-outages.ts'
import type { OutageDesign } from '../record/outage-plan.ts'
import { createCleanup } from '../trial/cleanup.ts'
import { startStack, type Stack } from '../trial/stack.ts'
import { announceAsAsked } from './announce-commitment.ts'
import { createBlockProgress } from './block-progress.ts'
import { createLateness } from './lateness.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

/** A row of the plan; its names are for the title of its test. */
export interface PlannedOutage {
  readonly version: string
  readonly outage: string
}

export interface OutageRun {
  readonly rows: readonly PlannedOutage[]
  /** Measures one row with a fresh HAProxy and a fresh agent; resolves to what is not as predicted. */
  measure(row: PlannedOutage, context: TestContext): Promise<string[]>
}

/** Time that a row takes beside its requests: agent, boot, the figures. */
const rowOverheadMs = 800
/** The first check of an agent comes up to so late. */
const firstCheckMs = 1500
/** Writing the table. */
const endMs = 300

/** What there is once the run has committed itself. */
interface Opened {
  readonly stack: Stack
  readonly sealed: SealedOutages
}

/** Declares the rows of a bench file: every outage on every release that globalSetup found. */
export function outageRun(design: Omit<OutageDesign, 'checkIntervalMs'>): OutageRun {
  const context = inject('spoeBench')
  const { runId, startedAt, resultsDir, mode, binaries } = context
  const machine = createMachine(context)
  const held = createCleanup()
  const progress = held.use(sendProgressTo(context.progressPort))
  const print = (text: string): void => progress.send({ type: 'line', text })
  const names = nameBuilds(binaries)
  const plan = planOutages({
    runId,
    startedAt,
    design: { ...design, checkIntervalMs },
    haproxys: binaries.map(({ release }, index) => ({ version: names[index] as string, release })),
  })
  const planned = plan.rows.map((row) => ({
    row,
    outage: outages.find(({ name }) => name === row.outage) as Outage,
    binary: binaries[names.indexOf(row.haproxy)] as HaproxyBinary,
    design: plan.design,
  }))
  let lateness = createLateness()
  const told = createBlockProgress(
    progress,
    planned.map(({ row, ...schedule }) => {
      const { count, blockMs } = blocksOf(schedule)
      const bootMs = rowOverheadMs + (schedule.outage.isChecked ? firstCheckMs : 0)
      return { name: row.id, blocks: count, blockMs, bootMs, lagMs: 0, analysisMs: 0 }
    }),
    { endMs },
  )
  let opening: Promise<Opened> | undefined

  afterAll(async () => {
    const opened = await opening?.catch(() => undefined)
    if (opened !== undefined) {
      const text = writeOutages(resultsDir, opened.sealed.end())
      progress.send({
        type: 'report',
        text: `${text}\n\nresults/${runId}: table.txt, outage.json, rows.jsonl`,
      })
    }
    await held.dispose()
  })

  function optionsOf(index: number, stack: Stack, key: Uint8Array, signal: AbortSignal): CellOptions {
    const { outage, binary } = planned[index] as (typeof planned)[number]
    return {
      outage,
      design: plan.design,
      binary,
      stack,
      key,
      nbthread: context.host.haproxy.nbthread,
      prefix: (dir) => machine.haproxyPrefix(dir, mode),
      signal,
    }
  }

  /** Warms up, and commits to the plan before the first request that counts. */
  async function open(first: number, signal: AbortSignal): Promise<Opened> {
    const stack = held.use(await startStack({ epochNs: process.hrtime.bigint() }))
    await machine.enter(mode)
    // The first row has to find the same compiled code as the last one.
    await measureOutage(optionsOf(first, stack, randomBytes(32), signal))
    const { haproxy: _, ...host } = context.host
    const haproxys = describeBuilds(binaries)
    const sealed = openOutages({ resultsDir, plan, host, haproxys, seed: randomBytes(32) })
    await announceAsAsked({ runId, commitment: sealed.commitment, path: sealed.path }, print)
    return { stack, sealed }
  }

  async function run(index: number, signal: AbortSignal): Promise<string[]> {
    const one = planned[index]
    if (one === undefined) throw new Error(`Expected a row of the plan, got number ${index}.`)
    const { stack, sealed } = await (opening ??= open(index, signal))
    lateness = createLateness(lateness.share)
    const { count } = blocksOf(one)
    const onBlock: CellOptions['onBlock'] = (blocksDone, exchanges) => {
      lateness.add(exchanges)
      told.ended(index, Math.min(blocksDone, count), { lateShare: lateness.share })
    }
    const cell = await sealed.run(
      one.row,
      (key) => measureOutage({ ...optionsOf(index, stack, key, signal), onBlock }),
      signal,
    )
    print(describeOutage(cell))
    return disagreementsOf(cell)
  }

  return {
    rows: plan.rows.map(({ haproxy, outage }) => ({ version: haproxy, outage })),
    measure: ({ version, outage }, { signal }) =>
      run(
        plan.rows.findIndex((row) => row.haproxy === version && row.outage === outage),
        signal,
      ),
  }
}
