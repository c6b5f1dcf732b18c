import { expect, test } from 'vitest'
import { effect } from '../testing.ts'
import { marginBar, marginHeading } from './margin-bar.ts'

test('the interval lies where it lies on a line from 0 to 2.4 ms', () => {
  expect(marginBar(effect(1.2, 0.6), 2, 24)).toBe('      ├─────●─────┤ ┊   ')
})

test('a narrow one is a dot, one that leaves the line ends in arrows, none is the margin alone', () => {
  expect(marginBar(effect(0.5, 0.01), 2, 12)).toBe('  ●       ┊ ')
  expect(marginBar(effect(1, 6), 2, 12)).toBe('◄────●─────►')
  expect(marginBar(effect(5, 0.1), 2, 12)).toBe('          ┊►')
  expect(marginBar(effect(1, null), 2, 12)).toBe('          ┊ ')
  expect(marginBar(null, 2, 12)).toBe('          ┊ ')
})

test('the heading has the margin over its mark', () => {
  expect(marginHeading(2, 12)).toBe('0     2 ms┊')
  expect(marginHeading(2, 12).indexOf('┊')).toBe(marginBar(null, 2, 12).indexOf('┊'))
})
