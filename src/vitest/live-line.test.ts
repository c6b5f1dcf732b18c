import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdLiveLine, type LiveLine, type Terminal } from './live-line.ts'
import { createScreen, type Screen } from './testing/screen.ts'

/** A live line on standard error of a terminal that standard output shows on too. */
function open(): { screen: Screen; out: Terminal; err: Terminal; live: LiveLine } {
  const screen = createScreen()
  const [out, err] = [screen.stream(), screen.stream()]
  return { screen, out, err, live: holdLiveLine(err, [out]) }
}

test('what others write goes above, and the line stays below until it is released', () => {
  const { screen, out, err, live } = open()
  live.draw('case 1/2')
  out.write('a test passed\n')
  live.draw('case 2/2, further')
  err.write('a warning\n')
  live.draw('case 2/2')
  expect(screen.rows()).toEqual(['a test passed', 'a warning', 'case 2/2'])
  live.release()
  out.write('the end\n')
  live.draw('too late')
  expect(screen.rows()).toEqual(['a test passed', 'a warning', 'the end', ''])
})

test('nobody is interrupted in the middle of a line', () => {
  const { screen, out, live } = open()
  live.draw('case 1/2')
  out.write('half')
  live.draw('case 2/2')
  out.write(' and half\n')
  expect(screen.rows()).toEqual(['half and half', 'case 2/2'])
})

test('a line that is the same is not drawn again, and a new one is never blank in between', () => {
  const written: string[] = []
  const live = holdLiveLine({ isTTY: true, write: (text: string) => written.push(text) }, [])
  live.draw('one')
  live.draw('one')
  live.draw('two')
  expect(written).toEqual(['\rone\u001B[K', '\rtwo\u001B[K'])
})

test('what hides the cursor begins no line', () => {
  const { screen, out, live } = open()
  live.draw('case 1/2')
  out.write('\u001B[?25l')
  expect(screen.rows()).toEqual(['case 1/2'])
})

test('a stream that is no terminal is left alone', () => {
  const write = (): boolean => true
  const file: Terminal = { write }
  holdLiveLine(createScreen().stream(), [file]).draw('case 1/2')
  expect(file.write).toBe(write)
})

test('in whatever order: the rows of others, whole and in order, and the last line drawn below them', () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/)
  const step = fc.record({ kind: fc.constantFrom('draw', 'out', 'err'), word })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { screen, out, err, live } = open()
      for (const { kind, word: text } of steps) {
        if (kind === 'draw') live.draw(text)
        else (kind === 'out' ? out : err).write(`${text}\n`)
      }
      const lines = steps.flatMap(({ kind, word: text }) => (kind === 'draw' ? [] : [text]))
      const drawn = steps.findLast(({ kind }) => kind === 'draw')?.word ?? ''
      expect(screen.rows()).toEqual([...lines, drawn])
      live.release()
      expect(screen.rows()).toEqual([...lines, ''])
    }),
  )
})
