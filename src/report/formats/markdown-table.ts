export interface MarkdownColumn {
  readonly heading: string
  readonly align: 'left' | 'right'
}

/** A table of GitHub Flavored Markdown; what would end a cell is escaped. */
export function renderMarkdownTable(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(columns.map(({ heading }) => escapeCell(heading))),
    line(columns.map(({ align }) => (align === 'right' ? '--:' : ':--'))),
    ...rows.map((cells) => line(cells.map(escapeCell))),
  ]
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\r?\n/g, ' ')
}
