import { afterAll, inject, type TestContext } from 'vitest'
import { describeBuilds, nameBuilds } from '../haproxy/binary.ts'
import { compareCells, cellResult, type CellResult } from '../exporter/comparison.ts'
import { describeTestimony, findTestimony, questioned } from '../exporter/comparison-table.ts'
import { intervalMs, measureCell, type CellDesign } from '../exporter/measure-cell.ts'
import { saveComparison, writeComparison } from '../exporter/write-comparison.ts'
import { stackWarmUpRounds } from '../trial/boot-case.ts'
import { createCleanup } from '../trial/cleanup.ts'
import { startStack, type Stack } from '../trial/stack.ts'
import { createMachine } from './machine.ts'
import { sendProgressTo } from './progress-channel.ts'

export interface ComparisonDesign {
  /** Each of these on every release, in this order, the releases one after the other for each. */
  readonly cells: readonly CellDesign[]
}

/** A cell of the plan; its names are for the title of its test. */
export interface PlannedCell extends CellDesign {
  readonly version: string
}

export interface ExporterComparison {
  readonly cells: readonly PlannedCell[]
  /** Measures one cell with a fresh HAProxy, and lets every witness speak. */
  measure(cell: PlannedCell, context: TestContext): Promise<CellResult>
}

/** Time that a cell takes beside its requests: boot, scrapes, the end of its connections. */
const cellOverheadMs = 250

/** Declares the comparison of a bench file: every design on every release that globalSetup found. */
export function exporterComparison({ cells: designs }: ComparisonDesign): ExporterComparison {
  const context = inject('spoeBench')
  const machine = createMachine(context)
  const held = createCleanup()
  const progress = held.use(sendProgressTo(context.progressPort))
  const names = nameBuilds(context.binaries)
  const planned = designs.flatMap((design) =>
    context.binaries.map((binary, index) => ({ ...design, version: names[index] as string, binary })),
  )
  const { haproxy: _, ...host } = context.host
  const head = {
    runId: context.runId,
    startedAt: context.startedAt,
    host,
    haproxys: describeBuilds(context.binaries),
    planned: planned.length,
  }
  const results: CellResult[] = []
  let stack: Stack | undefined

  afterAll(async () => {
    if (results.length > 0) {
      const text = await writeComparison(context.resultsDir, compareCells(head, results))
      progress.send({ type: 'report', text: `${text}\n\nresults/${context.runId}: exporter.json, chart.svg` })
    }
    await held.dispose()
  })

  async function run(index: number, signal: AbortSignal): Promise<CellResult> {
    const cell = planned[index]
    if (cell === undefined) throw new Error(`Expected a cell of the plan, got number ${index}.`)
    const measureOn = (design: CellDesign): ReturnType<typeof measureCell> =>
      measureCell({
        design,
        binary: cell.binary,
        stack: stack as Stack,
        nbthread: context.host.haproxy.nbthread,
        prefix: (dir) => machine.haproxyPrefix(dir, context.mode),
        signal,
      })
    if (stack === undefined) {
      stack = held.use(await startStack({ epochNs: process.hrtime.bigint() }))
      await machine.enter(context.mode)
      // The first cell has to find the same compiled code as the last one.
      await measureOn({ sleepMs: 0, requests: stackWarmUpRounds })
    }
    progress.send({
      type: 'blocks',
      label: `${cell.version}, ${cell.sleepMs} ms x ${cell.requests}`,
      caseIndex: index,
      caseCount: planned.length,
      blocksDone: 0,
      blocksTotal: cell.requests,
      etaMs: planned.slice(index).reduce((total, rest) => total + durationMs(rest), 0),
    })
    const result = cellResult(cell.version, await measureOn(cell))
    results.push(result)
    saveComparison(context.resultsDir, compareCells(head, results))
    const testimony = findTestimony(result, questioned)
    if (testimony !== undefined) progress.send({ type: 'line', text: describeTestimony(result, testimony) })
    return result
  }

  return {
    cells: planned.map(({ version, sleepMs, requests }) => ({ version, sleepMs, requests })),
    measure: ({ version, sleepMs, requests }, { signal }) =>
      run(
        planned.findIndex(
          (cell) => cell.version === version && cell.sleepMs === sleepMs && cell.requests === requests,
        ),
        signal,
      ),
  }
}

function durationMs({ sleepMs, requests }: CellDesign): number {
  return requests * intervalMs + sleepMs + cellOverheadMs
}
