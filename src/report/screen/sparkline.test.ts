import { expect, test } from 'vitest'
import { sparkline } from './sparkline.ts'

test('the highest step is full, the least shows, none is blank', () => {
  expect(sparkline([0, 1, 50, 100], 4)).toBe(' ▁▄█')
  expect(sparkline([], 4)).toBe('    ')
})

test('fewer characters than steps: neighbours are added up', () => {
  expect(sparkline([1, 1, 4, 4, 0, 0, 8, 0], 4)).toBe('▂█ █')
})
