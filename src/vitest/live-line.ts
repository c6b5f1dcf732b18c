import { stripVTControlCharacters } from 'node:util'

/** Of a stream what is needed here; process.stdout and process.stderr are such. */
export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write: (text: string) => unknown
}

/** One line that is drawn over and over and stays below all else that is written to its terminal. */
export interface LiveLine {
  /** Draws it; '' takes it away. */
  draw(text: string): void
  /** Takes it away for good and gives the streams back. */
  release(): void
}

/**
 * Vitest, warnings of Node and signal handlers write to the same terminal and know nothing of the line, so whatever
 * they write takes it away first and puts it back below. Nothing is drawn while somebody is in the middle of a line.
 * @param stream where it is drawn
 * @param others streams that may show on the same terminal
 */
export function holdLiveLine(stream: Terminal, others: readonly Terminal[]): LiveLine {
  const writeOwn = stream.write.bind(stream)
  let wanted = ''
  let shown = ''
  let isBlocked = false

  const hide = (): void => {
    if (shown !== '') writeOwn('\r\u001B[2K')
    shown = ''
  }
  const show = (): void => {
    if (wanted === shown || isBlocked) return
    // Drawn over and then cleared to its right, it never blinks.
    writeOwn(`\r${wanted}\u001B[K`)
    shown = wanted
  }
  const shared = [...new Set([stream, ...others])].filter(({ isTTY }) => isTTY === true)
  const giveBack = shared.map((one) => {
    const { write } = one
    one.write = (...args: Parameters<Terminal['write']>): unknown => {
      hide()
      const result = write.apply(one, args)
      // What only moves the cursor or changes a colour begins no line.
      const text = stripVTControlCharacters(asText(args[0]))
      if (text !== '') isBlocked = !text.endsWith('\n')
      show()
      return result
    }
    return (): void => void (one.write = write)
  })
  return {
    draw(text) {
      wanted = text
      if (text === '') hide()
      else show()
    },
    release() {
      hide()
      isBlocked = true
      for (const undo of giveBack) undo()
    },
  }
}

/** Streams take bytes as well. */
function asText(chunk: unknown): string {
  return typeof chunk === 'string' ? chunk : String(chunk)
}
