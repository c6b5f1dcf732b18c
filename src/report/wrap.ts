const noBreakSpace = '\u00A0'

/**
 * Breaks text between words so that no line is longer than `width`; later lines are indented. A word that is
 * longer than a line is cut.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (let word of text.split(' ').filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    const lead = (): string => (lines.length === 0 ? '' : indent)
    while (lead().length + word.length > width) {
      const room = width - lead().length
      lines.push(lead() + word.slice(0, room))
      word = word.slice(room)
    }
    line = line === '' ? lead() + word : `${line} ${word}`
  }
  return [...lines, line].map((each) => each.replaceAll(noBreakSpace, ' '))
}

/** A phrase that `wrap` keeps on one line. */
export function unbroken(phrase: string): string {
  return phrase.replaceAll(' ', noBreakSpace)
}

/** The first of the variants that fits; the last one, cut, where none does. */
export function fitLine(variants: readonly string[], width: number): string {
  const fitting = variants.find((variant) => variant.length <= width)
  return fitting ?? (variants.at(-1) ?? '').slice(0, width).trimEnd()
}
