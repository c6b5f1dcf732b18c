import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitCommand } from './split-command.ts'

test.for([
  ['./my-spoa -p 9000', ['./my-spoa', '-p', '9000']],
  ['  ./my-spoa\t-p   9000 ', ['./my-spoa', '-p', '9000']],
  [`"/opt/my spoa" --name 'a "b"' c\\ d ''`, ['/opt/my spoa', '--name', 'a "b"', 'c d', '']],
  [`a "it's \\"so\\" \\n" 'x\\y'`, ['a', `it's "so" \\n`, 'x\\y']],
  [`a --rule='$remote | *'`, ['a', '--rule=$remote | *']],
  ['a x=1 {y}', ['a', 'x=1', '{y}']],
] as const)('%s', ([command, words]) => {
  expect(splitCommand(command)).toEqual({ words, env: {} })
})

test('assignments before the program go to its environment', () => {
  expect(splitCommand(`GOMAXPROCS=1 NAME='a b' ./spoa A=2`)).toEqual({
    words: ['./spoa', 'A=2'],
    env: { GOMAXPROCS: '1', NAME: 'a b' },
  })
})

test.for([
  ['', 'to name a program'],
  ['   ', 'to name a program'],
  ['A=1', 'to name a program'],
  [`''`, 'to name a program'],
  ['a | b', 'got "|" in'],
  ['cd x && ./a', 'got "&" in'],
  ['./a > log', 'got ">" in'],
  ['./a $PORT', 'got "$" in'],
  ['./a "$PORT"', 'got "$" in'],
  ['./a *.conf', 'got "*" in'],
  ['~/spoa', 'got "~" in'],
  ['./a # b', 'got "#" in'],
  ['./a "b', 'the " of'],
  ['./a b\\', 'after the last "\\"'],
] as const)('"%s" is refused: %s', ([command, sentence]) => {
  expect(() => splitCommand(command)).toThrow(sentence)
})

test('whatever a shell would make of it, unless it is refused', () => {
  const part = fc.constantFrom('a', 'b1', ' ', '\t', "'", '"', '\\', '=', '-', '{', '$', '|', 'é', '.')
  const run = (line: string): string[] =>
    execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8', stdio: 'pipe' })
      .split('\0')
      .slice(0, -1)
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const line = `prog ${parts.join('')}`
      let words: readonly string[]
      try {
        ;({ words } = splitCommand(line))
      } catch {
        return
      }
      expect(words).toEqual(run(line))
    }),
    { numRuns: 150 },
  )
})
