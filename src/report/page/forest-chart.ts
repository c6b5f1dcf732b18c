import type { ChartSpec } from './chart.ts'
import { colour } from './palette.ts'
import type { ForestRow } from './forest-rows.ts'

/** What the widest interval may take, as a multiple of the margin, before it is cut off with an arrow. */
const farthest = 1.2
const rowPx = 17

/**
 * Overheads with their intervals against the margin. Intervals that leave the chart end in an arrow: one of ten
 * blocks may be ten times as wide as all others together.
 */
export function forestSpec(rows: readonly ForestRow[], marginMs: number, width: number): ChartSpec {
  const isWide = width > 500
  const pooled = rows.filter(({ kind }) => kind !== 'case')
  const high = Math.max(marginMs * farthest, ...pooled.map(({ upperMs }) => upperMs * 1.1))
  const low = Math.min(-0.1 * high, ...pooled.map(({ lowerMs }) => lowerMs * 1.1))
  const clamp = (ms: number): number => Math.min(high, Math.max(low, ms))
  const values = rows.map((row) => ({
    ...row,
    from: clamp(row.lowerMs),
    to: clamp(row.upperMs),
    at: clamp(row.estimateMs),
    isAt: row.estimateMs >= low && row.estimateMs <= high,
    label: isWide ? row.interval : row.figure,
  }))
  const plotPx = width - (isWide ? 310 : 190)
  const y = {
    field: 'row',
    type: 'nominal',
    sort: null,
    scale: { domain: rows.map(({ row }) => row) },
    axis: {
      title: null,
      labelLimit: 0,
      ticks: false,
      domain: false,
      labelPadding: 6,
      grid: false,
      labelFontWeight: {
        condition: { test: "indexof(datum.value, ', all') > 0", value: 'bold' },
        value: 'normal',
      },
    },
  }
  const x = (field: string): object => ({
    field,
    type: 'quantitative',
    scale: { domain: [low, high], nice: false, zero: false },
    axis: { title: 'overhead, ms', values: ticks(low, high, isWide ? 10 : 5), format: '~f' },
  })
  const ofKind = (kind: string): object => ({ filter: { field: 'kind', equal: kind } })
  const looks = [
    { kind: 'case', color: colour('soft'), strokeWidth: 1.5, size: 34, shape: 'circle' },
    { kind: 'as is', color: colour('placebo'), strokeWidth: 1.5, size: 44, shape: 'diamond' },
    { kind: 'against', color: colour('bypass'), strokeWidth: 3.5, size: 80, shape: 'square' },
    { kind: 'pooled', color: colour('offload'), strokeWidth: 4, size: 95, shape: 'circle' },
  ]
  const level = (atMs: number, strokeDash: number[]): object => ({
    data: { values: [{ atMs }] },
    mark: { type: 'rule', color: colour('ink'), strokeDash, aria: false },
    encoding: { x: x('atMs') },
  })
  const arrow = (field: 'from' | 'to', edge: number, shape: string): object => ({
    transform: [{ filter: { field, equal: edge } }],
    mark: { type: 'point', shape, filled: true, size: 40, opacity: 1, color: colour('soft'), aria: false },
    encoding: { x: x(field), y },
  })
  return {
    width: plotPx,
    height: rows.length * rowPx,
    data: { values },
    layer: [
      level(0, []),
      level(marginMs, [5, 4]),
      {
        data: { values: [{ atMs: marginMs, text: `${marginMs} ms margin` }] },
        mark: { type: 'text', align: 'right', dx: -5, y: -7, aria: false, fontWeight: 600 },
        encoding: { x: x('atMs'), text: { field: 'text' } },
      },
      ...looks.flatMap(({ kind, color, strokeWidth, size, shape }) => [
        {
          transform: [ofKind(kind)],
          mark: { type: 'rule', color, strokeWidth },
          encoding: { x: x('from'), x2: { field: 'to' }, y, description: { field: 'exact' } },
        },
        {
          transform: [ofKind(kind), { filter: { field: 'isAt', equal: true } }],
          mark: { type: 'point', filled: true, opacity: 1, color, size, shape },
          encoding: { x: x('at'), y, description: { field: 'exact' } },
        },
      ]),
      arrow('from', low, 'triangle-left'),
      arrow('to', high, 'triangle-right'),
      {
        mark: { type: 'text', align: 'left', x: plotPx + 8, aria: false },
        encoding: { y, text: { field: 'label' } },
      },
    ],
  }
}

/** At most `count` round values from `low` to `high`, nought among them. */
function ticks(low: number, high: number, count: number): number[] {
  const steps = [-2, -1, 0, 1, 2, 3].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
  const step = steps.find((one) => (high - low) / one <= count) ?? high
  const first = Math.ceil(low / step)
  // Rounded, because 3 x 0.1 is not 0.3.
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(3)),
  )
}
