import type { Run } from '../../record/run.ts'
import { caseName } from '../case-name.ts'
import { formatCell, formatEffect, formatNominal } from '../format.ts'
import { rowsInOrder } from '../matrix.ts'
import { verdictMark } from '../verdict-mark.ts'
import { overheadWords } from '../meaning.ts'
import { type Beside, besideOf } from './beside.ts'
import { renderChart } from './chart.ts'
import { legend, section, tableBehind, twoWidths, type Cell } from './figure.ts'
import { forestSpec } from './forest-chart.ts'
import { forestRows } from './forest-rows.ts'
import { html, type Html } from './markup.ts'
import { chartWidths, type PageData } from './page-data.ts'
import { colour } from './palette.ts'

/** The hero: every overhead and its interval against the margin. */
export async function forestSection(data: PageData): Promise<Html> {
  const { run } = data
  const { rows, legends } = besideOf(data)
  const draw = async (width: keyof typeof chartWidths): Promise<Html> =>
    drawForest(run, chartWidths[width], `forest-${width}`, rows)
  return section('overheads', 'What the offload adds', lead(run), [
    twoWidths(await draw('narrow'), await draw('wide')),
    legend([
      { colour: colour('offload'), name: 'all blocks of a latency: what is judged', sign: 'dot' },
      ...legends.map((name) => ({ colour: colour('bypass'), name, sign: 'square' }) as const),
      { colour: colour('soft'), name: 'one case', sign: 'dot' },
      { colour: colour('placebo'), name: 'shown beside, not judged', sign: 'diamond' },
    ]),
    tableBehind('Overheads', heads, [...latencyCells(run), ...caseCells(run)]),
  ])
}

/** The forest plot alone, for other documents. */
export async function drawForest(
  run: Run,
  width: number,
  id: string,
  beside: readonly Beside[] = [],
): Promise<Html> {
  const rows = forestRows(run, beside)
  const marginMs = run.latencies[0]?.marginMs ?? 2
  return renderChart(forestSpec(rows, marginMs, width), {
    id,
    title: 'Overhead of the offload, with intervals, against the margin',
    description: rows
      .filter(({ kind }) => kind === 'pooled' || kind === 'against')
      .map(({ exact }) => exact)
      .join('. '),
  })
}

function lead(run: Run): Html {
  const levels = new Set(run.latencies.flatMap(({ overheadMs }) => overheadMs?.level ?? []))
  const [level = 0.95] = levels
  return html`Overhead = ${overheadWords(run)}, in ms: estimate and ${Math.round(level * 100)} % interval. A
  dot left of the dashed line, with its whole interval, is within the margin. Arrows: the interval goes on.`
}

const heads = [
  'agent × requests',
  'verdict',
  'overhead [interval], ms',
  'mean, ms',
  'p99, ms',
  'sees, ms',
  'bypass mean, ms',
  'offload mean, ms',
  'agent slept, ms',
]

function latencyCells({ latencies }: Run): Cell[][] {
  return latencies.map((latency) => {
    const { mark, word } = verdictMark(latency)
    return [
      `${formatNominal(latency.latencyMs)}, all ${latency.blocks}`,
      `${mark} ${word}`,
      latency.overheadMs === null ? '' : formatEffect(latency.overheadMs),
      formatCell(latency.overheadMs?.mean ?? null),
      formatCell(latency.overheadP99Ms),
      formatCell(latency.overheadMs?.minimumDetectable ?? null),
      formatCell(latency.arms.bypass?.mean ?? null),
      formatCell(latency.arms.offload?.mean ?? null),
      '',
    ]
  })
}

function caseCells(run: Run): Cell[][] {
  return rowsInOrder(run).map((result) => {
    const { mark, word } = verdictMark(result)
    return [
      caseName(result),
      `${mark} ${word}`,
      result.overheadMs === null ? '' : formatEffect(result.overheadMs),
      formatCell(result.overheadMs?.mean ?? null),
      formatCell(result.overheadP99Ms),
      formatCell(result.overheadMs?.minimumDetectable ?? null),
      formatCell(result.arms.bypass?.mean ?? null),
      formatCell(result.arms.offload?.mean ?? null),
      formatCell(result.agentSleepMs?.mean ?? null),
    ]
  })
}
