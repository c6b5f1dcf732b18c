import type { DecoyResult, Effect, Run } from '../../record/run.ts'
import { formatEffect, formatLevel, formatMs, formatNominal, formatP } from '../format.ts'
import { renderChart, type ChartSpec } from './chart.ts'
import { legend, section, tableBehind, twoWidths, type Cell } from './figure.ts'
import { html, type Html } from './markup.ts'
import { chartWidths, type PageData } from './page-data.ts'
import { colour } from './palette.ts'

/** Type alias, not interface: Vega wants rows that are plain records. */
type Check = {
  readonly row: string
  readonly kind: 'placebo' | 'decoy'
  readonly estimateMs: number
  readonly lowerMs: number
  readonly upperMs: number
  readonly exact: string
}

/** What the benchmark is itself held to: nothing where nothing is, and something where something was hidden. */
export async function checksSection({ run }: PageData): Promise<Html> {
  const checks = [...placeboChecks(run), ...decoyChecks(run.decoy)]
  const draw = async (width: keyof typeof chartWidths): Promise<Html> =>
    renderChart(checksSpec(checks, run.decoy, chartWidths[width]), {
      id: `checks-${width}`,
      title: 'Placebo and decoy',
      description: checks.map(({ exact }) => exact).join('; '),
    })
  return section('checks', 'Placebo and decoy: can this run see?', lead(run), [
    ...(checks.length === 0 ? [] : [twoWidths(await draw('narrow'), await draw('wide'))]),
    legend([
      { colour: colour('placebo'), name: 'placebo − bypass: must be 0', sign: 'cross' },
      ...(run.decoy === null
        ? []
        : ([
            { colour: colour('offload'), name: 'decoy, as found', sign: 'dot' },
            { colour: colour('ink'), name: 'decoy, as hidden', sign: 'tick' },
          ] as const)),
    ]),
    tableBehind(
      'Placebo and decoy',
      ['what', 'estimate [interval]', 'level'],
      [...placeboCells(run), ...decoyCells(run.decoy)],
    ),
  ])
}

function lead({ placeboMs, decoy }: Run): Html {
  const placebo =
    placeboMs === null
      ? 'The run has no placebo.'
      : `The placebo is a second bypass: its difference from the first, ${formatEffect(placeboMs)} at ${formatLevel(placeboMs.level)}, shows what noise alone does.`
  return html`${placebo} ${decoyText(decoy)}`
}

/** What was hidden in the decoy and whether it was found, in a sentence. */
export function decoyText(decoy: DecoyResult | null): string {
  if (decoy === null) return 'No decoy was planned, or it was not opened.'
  const { injectedMs, requests, latencyMs, effectMs, p, isFound } = decoy
  const seen = effectMs === null || p === null ? 'no figure' : `${formatEffect(effectMs)}, p ${formatP(p)}`
  return `The decoy is a sealed delay of ${formatMs(injectedMs)}, hidden in ${requests} blocks at ${formatNominal(latencyMs)}; it was ${isFound ? 'found' : 'missed'}: ${seen}.`
}

function placeboChecks({ latencies, placeboMs }: Run): Check[] {
  return [
    ...latencies.flatMap(({ latencyMs, placeboMs: effect }) => check(`${latencyMs} ms`, 'placebo', effect)),
    ...check('all latencies', 'placebo', placeboMs),
  ]
}

function decoyChecks(decoy: DecoyResult | null): Check[] {
  return decoy === null ? [] : check('decoy', 'decoy', decoy.effectMs)
}

function check(row: string, kind: Check['kind'], effect: Effect | null): Check[] {
  if (effect === null || effect.lower === null || effect.upper === null) return []
  return [
    {
      row,
      kind,
      estimateMs: effect.estimate,
      lowerMs: effect.lower,
      upperMs: effect.upper,
      exact: `${kind === 'placebo' ? `placebo, ${row}` : row}: ${formatEffect(effect)}, ${effect.count} blocks`,
    },
  ]
}

function placeboCells({ latencies, placeboMs }: Run): Cell[][] {
  const cells = (name: string, effect: Effect | null): Cell[][] =>
    effect === null ? [] : [[name, formatEffect(effect), formatLevel(effect.level)]]
  return [
    ...latencies.flatMap(({ latencyMs, placeboMs: effect }) =>
      cells(`placebo at ${formatNominal(latencyMs)}`, effect),
    ),
    ...cells('placebo, all latencies', placeboMs),
  ]
}

function decoyCells(decoy: DecoyResult | null): Cell[][] {
  if (decoy === null) return []
  return [
    [
      'decoy, as found',
      decoy.effectMs === null ? '' : formatEffect(decoy.effectMs),
      decoy.effectMs === null ? '' : formatLevel(decoy.effectMs.level),
    ],
    ['decoy, as hidden', formatMs(decoy.injectedMs), ''],
  ]
}

function checksSpec(checks: readonly Check[], decoy: DecoyResult | null, width: number): ChartSpec {
  const y = {
    field: 'row',
    type: 'nominal',
    scale: { domain: checks.map(({ row }) => row) },
    axis: { title: null, ticks: false, domain: false },
  }
  const ends = [0, ...checks.flatMap(({ lowerMs, upperMs }) => [lowerMs, upperMs]), decoy?.injectedMs ?? 0]
  const x = (field: string): object => ({
    field,
    type: 'quantitative',
    scale: { domain: [Math.min(...ends), Math.max(...ends)], nice: true },
    axis: { title: 'ms', tickCount: 6, format: '~f' },
  })
  const color = {
    field: 'kind',
    type: 'nominal',
    legend: null,
    scale: { domain: ['placebo', 'decoy'], range: [colour('placebo'), colour('offload')] },
  }
  const shape = { ...color, scale: { domain: ['placebo', 'decoy'], range: ['cross', 'circle'] } }
  return {
    width: width - 110,
    height: checks.length * 22,
    layer: [
      {
        data: { values: [{ at: 0 }] },
        mark: { type: 'rule', color: colour('ink'), aria: false },
        encoding: { x: x('at') },
      },
      {
        data: { values: checks },
        mark: { type: 'rule', strokeWidth: 3 },
        encoding: { x: x('lowerMs'), x2: { field: 'upperMs' }, y, color, description: { field: 'exact' } },
      },
      {
        data: { values: checks },
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: { x: x('estimateMs'), y, color, shape, description: { field: 'exact' } },
      },
      ...(decoy === null
        ? []
        : [
            {
              data: {
                values: [
                  { row: 'decoy', at: decoy.injectedMs, exact: `hidden: ${formatMs(decoy.injectedMs)}` },
                ],
              },
              mark: { type: 'tick', thickness: 2.5, size: 18, color: colour('ink') },
              encoding: { x: x('at'), y, description: { field: 'exact' } },
            },
          ]),
    ],
  }
}
