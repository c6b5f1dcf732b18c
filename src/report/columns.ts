/** One column of a text table: heading lines (the last one is the unit) and a cell per row. */
export interface Column {
  readonly name: string
  readonly heading: readonly string[]
  readonly cells: readonly string[]
  readonly align: 'left' | 'right'
  /** Columns without a rank always stay; of the others the highest rank goes first when it gets tight. */
  readonly rank?: number
  /** What stays of the column when it has to go. */
  readonly shortCells?: readonly string[]
  /** Not missed: it comes in where there is room for it and is not named among what was left out. */
  readonly isExtra?: boolean
}

export interface ColumnLayout {
  readonly lines: string[]
  /** The names of the columns that the width had no room for, extras excepted. */
  readonly leftOut: string[]
}

/**
 * Lays columns side by side in at most `width` characters: two blanks apart, else one, else without the
 * columns that are least needed.
 */
export function layOut(columns: readonly Column[], width: number): ColumnLayout {
  const shown = columns.filter(
    (column) => column.isExtra !== true || column.cells.some((cell) => cell !== ''),
  )
  const leftOut: string[] = []
  for (;;) {
    const dropped = dropCandidate(shown)
    const gaps = dropped?.isExtra === true ? [2] : [2, 1]
    const gap = gaps.find((blanks) => totalWidth(shown, blanks) <= width)
    if (gap !== undefined || dropped === undefined) return { lines: draw(shown, gap ?? 1, width), leftOut }
    shown.splice(shown.indexOf(dropped), 1, ...shortened(dropped))
    if (dropped.isExtra !== true && dropped.shortCells === undefined) leftOut.unshift(dropped.name)
  }
}

function dropCandidate(columns: readonly Column[]): Column | undefined {
  const ranked = columns.filter((column) => column.rank !== undefined)
  return ranked.toSorted((a, b) => (b.rank ?? 0) - (a.rank ?? 0))[0]
}

function shortened({ name, align, shortCells }: Column): Column[] {
  return shortCells === undefined ? [] : [{ name, heading: [], cells: shortCells, align }]
}

function columnWidth(column: Column): number {
  return Math.max(...column.heading.map((text) => text.length), ...column.cells.map((cell) => cell.length))
}

function totalWidth(columns: readonly Column[], gap: number): number {
  return columns.reduce((sum, column) => sum + columnWidth(column), gap * (columns.length - 1))
}

function draw(columns: readonly Column[], gap: number, width: number): string[] {
  const headingLines = Math.max(...columns.map((column) => column.heading.length))
  const padded = columns.map((column) => [
    ...Array.from({ length: headingLines - column.heading.length }, () => ''),
    ...column.heading,
    ...column.cells,
  ])
  const lineCount = Math.max(...padded.map((texts) => texts.length))
  return Array.from({ length: lineCount }, (_, line) =>
    columns
      .map((column, index) => {
        const text = padded[index]?.[line] ?? ''
        return column.align === 'left' ? text.padEnd(columnWidth(column)) : text.padStart(columnWidth(column))
      })
      .join(' '.repeat(gap))
      .trimEnd()
      .slice(0, width),
  )
}
