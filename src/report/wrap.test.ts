import { expect, test } from 'vitest'
import { fitLine, unbroken, wrap } from './wrap.ts'

test('text breaks between words and goes on indented', () => {
  expect(wrap('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four'])
  expect([wrap('one two', 7), wrap('one two', 6)]).toEqual([['one two'], ['one', 'two']])
})

test('a word that is longer than a line is cut', () => {
  expect(wrap('a bcdefghij k', 5, ' ')).toEqual(['a', ' bcde', ' fghi', ' j k'])
})

test('a phrase can be kept on one line', () => {
  expect(wrap(`one two ${unbroken('a b')}`, 9)).toEqual(['one two', 'a b'])
})

test('the first variant that fits is taken, and the last one is cut', () => {
  expect(fitLine(['long enough', 'short'], 6)).toBe('short')
  expect(fitLine(['long enough', 'short'], 3)).toBe('sho')
})
