import { expect, test } from 'vitest'
import { columnsOf, wantsColour } from './paint.ts'

const terminal = { isTTY: true, hasColors: (): boolean => true, columns: 100 }
const pipe = {}

test.for([
  ['a terminal', terminal, {}, true],
  ['a pipe', pipe, {}, false],
  ['a terminal without colours', { ...terminal, hasColors: (): boolean => false }, {}, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true],
  ['FORCE_COLOR into a pipe', pipe, { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false],
  ['FORCE_COLOR goes before NO_COLOR', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
] as const)('%s', ([, stream, env, isColoured]) => {
  expect(wantsColour(stream, env)).toBe(isColoured)
})

test('a pipe has 80 columns; a terminal its own, between 60 and 120', () => {
  expect(
    [pipe, terminal, { isTTY: true, columns: 40 }, { isTTY: true, columns: 300 }].map(columnsOf),
  ).toEqual([80, 100, 60, 120])
})
