export interface ChartRow {
  readonly label: string
  readonly estimate: number
  readonly lower: number | null
  readonly upper: number | null
}

export interface ChartOptions {
  /** Where the margin's line goes; it is left out where it would squeeze everything else. */
  readonly marginMs: number
  /** Columns of the axis, labels not counted. */
  readonly width?: number
}

/**
 * Intervals on one axis as text, all in ms: `├──●──┤`, nought as `│`, the margin as `┊`. A row without an interval
 * is its estimate alone, `○`, so that it does not look as certain as the others.
 */
export function renderIntervalChart(
  rows: readonly ChartRow[],
  { marginMs, width = 56 }: ChartOptions,
): string[] {
  const ends = rows.flatMap(({ estimate, lower, upper }) => [estimate, lower ?? estimate, upper ?? estimate])
  const top = Math.max(0, ...ends)
  const isMarginShown = marginMs <= farMargin * top
  const low = Math.min(0, ...ends)
  // Nothing but noughts has no scale of its own.
  const high = Math.max(top, isMarginShown ? marginMs : 0) || marginMs
  const columnOf = (ms: number): number => Math.round(((ms - low) / (high - low)) * (width - 1))
  const labelWidth = Math.max(0, ...rows.map(({ label }) => label.length))
  const lines = rows.map((row) => {
    const cells = Array.from({ length: width }, () => ' ')
    cells[columnOf(0)] = '│'
    if (isMarginShown) cells[columnOf(marginMs)] = '┊'
    drawInterval(cells, row, columnOf)
    return `${row.label.padStart(labelWidth)} ${cells.join('')}`.trimEnd()
  })
  return [...lines, axisLine({ labelWidth, width, columnOf, low, high })]
}

const farMargin = 2

function drawInterval(cells: string[], row: ChartRow, columnOf: (ms: number) => number): void {
  const { estimate, lower, upper } = row
  if (lower === null || upper === null) {
    cells[columnOf(estimate)] = '○'
    return
  }
  const [first, last] = [columnOf(lower), columnOf(upper)]
  for (let column = first; column <= last; column++) cells[column] = '─'
  cells[first] = '├'
  cells[last] = '┤'
  cells[columnOf(estimate)] = '●'
}

function axisLine(axis: {
  readonly labelWidth: number
  readonly width: number
  readonly columnOf: (ms: number) => number
  readonly low: number
  readonly high: number
}): string {
  const { labelWidth, width, columnOf, low, high } = axis
  const end = `${Number(high.toFixed(3))} ms`
  const start = low < 0 ? `${Number(low.toFixed(3))}` : ''
  const zero = columnOf(0)
  const head = zero > start.length ? `${start.padEnd(zero)}0` : start || '0'
  return `${' '.repeat(labelWidth + 1)}${head.padEnd(width - end.length)}${end}`
}
