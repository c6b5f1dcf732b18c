import { afterAll, inject, type TestContext } from 'vitest'
import { nameBuilds } from '../haproxy/binary.ts'
import { checkIntervalMs } from '../haproxy/outage-config.ts'
import { blocksOf, type CellOptions, measureOutage } from '../outage/measure-cell.ts'
import { describeOutage } from '../outage/outage-table.ts'
import { disagreementsOf, outageCell, outageRecord } from '../outage/outage-record.ts'
import { type OutageName, outages } from '../outage/outages.ts'
import { saveOutages, writeOutages } from '../outage/write-outages.ts'
import type { OutageCell, OutageDesign } from '../record/outage.ts'
import { createCleanup } from '../trial/cleanup.ts'
import { startStack, type Stack } from '../trial/stack.ts'
import { createBlockProgress } from './block-progress.ts'
import { createLateness } from './lateness.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

/** A row of the plan; its names are for the title of its test. */
export interface PlannedOutage {
  readonly version: string
  readonly outage: OutageName
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

/** Declares the rows of a bench file: every outage on every release that globalSetup found. */
export function outageRun(design: Omit<OutageDesign, 'checkIntervalMs'>): OutageRun {
  const context = inject('spoeBench')
  const machine = createMachine(context)
  const held = createCleanup()
  const progress = held.use(sendProgressTo(context.progressPort))
  const names = nameBuilds(context.binaries)
  const planned = outages.flatMap((outage) =>
    context.binaries.map((binary, index) => ({ outage, version: names[index] as string, binary })),
  )
  const { haproxy: _, ...host } = context.host
  const head = {
    runId: context.runId,
    startedAt: context.startedAt,
    host,
    haproxys: context.binaries.map(({ source, buildHash }, index) => ({
      version: names[index] as string,
      source,
      buildHash,
    })),
    design: { ...design, checkIntervalMs },
    planned: planned.length,
  }
  const cells: OutageCell[] = []
  let lateness = createLateness()
  const told = createBlockProgress(
    progress,
    planned.map(({ outage, version, binary }) => {
      const { count, blockMs } = blocksOf({ design: head.design, outage, binary })
      const bootMs = rowOverheadMs + (outage.isChecked ? firstCheckMs : 0)
      return { name: `${version}, ${outage.name}`, blocks: count, blockMs, bootMs, lagMs: 0, analysisMs: 0 }
    }),
    { endMs },
  )
  let stack: Stack | undefined

  afterAll(async () => {
    if (cells.length > 0) {
      const text = writeOutages(context.resultsDir, outageRecord(head, cells))
      progress.send({ type: 'report', text: `${text}\n\nresults/${context.runId}: outage.json, table.txt` })
    }
    await held.dispose()
  })

  async function run(index: number, signal: AbortSignal): Promise<string[]> {
    const row = planned[index]
    if (row === undefined) throw new Error(`Expected a row of the plan, got number ${index}.`)
    const { outage, binary, version } = row
    const measure = (onBlock?: CellOptions['onBlock']): ReturnType<typeof measureOutage> =>
      measureOutage({
        outage,
        design: head.design,
        binary,
        stack: stack as Stack,
        nbthread: context.host.haproxy.nbthread,
        prefix: (dir) => machine.haproxyPrefix(dir, context.mode),
        ...(onBlock === undefined ? {} : { onBlock }),
        signal,
      })
    if (stack === undefined) {
      stack = held.use(await startStack({ epochNs: process.hrtime.bigint() }))
      await machine.enter(context.mode)
      // The first row has to find the same compiled code as the last one.
      await measure()
    }
    lateness = createLateness(lateness.share)
    const cell = outageCell(
      { haproxy: version, release: binary.release, outage: outage.name, design: head.design },
      await measure((blocksDone, exchanges) => {
        lateness.add(exchanges)
        told.ended(index, Math.min(blocksDone, blocksOf({ design: head.design, outage, binary }).count), {
          lateShare: lateness.share,
        })
      }),
    )
    cells.push(cell)
    saveOutages(context.resultsDir, outageRecord(head, cells))
    progress.send({ type: 'line', text: describeOutage(cell) })
    return disagreementsOf(cell)
  }

  return {
    rows: planned.map(({ version, outage }) => ({ version, outage: outage.name })),
    measure: ({ version, outage }, { signal }) =>
      run(
        planned.findIndex((row) => row.version === version && row.outage.name === outage),
        signal,
      ),
  }
}
