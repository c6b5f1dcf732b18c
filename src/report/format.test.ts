import { expect, test } from 'vitest'
import { formatCell, formatEffect, formatInterval, formatLevel, formatMs, formatNominal } from './format.ts'
import { effect } from './testing.ts'

test.for([
  [0.2314, '0.231 ms'],
  [0, '0.000 ms'],
  [-0.0004, '0.000 ms'],
  [-0.0124, '-0.012 ms'],
  [9.9994, '9.999 ms'],
  [9.9996, '10.00 ms'],
  [10.3149, '10.31 ms'],
  [99.996, '100.0 ms'],
  [102.94, '102.9 ms'],
  [999.96, '1,000 ms'],
  [1002.4, '1,002 ms'],
  [-1002.4, '-1,002 ms'],
  [1234567.8, '1,234,568 ms'],
] as const)('%f is written %s', ([ms, text]) => {
  expect(formatMs(ms)).toBe(text)
})

test('a cell keeps microseconds at every size, and no number is an empty cell', () => {
  expect([1002.95149, 0.00302, -0.0001, null].map((ms) => formatCell(ms))).toEqual([
    '1002.951',
    '0.003',
    '0.000',
    '',
  ])
})

test('what was asked for is not rounded', () => {
  expect(formatNominal(0.25)).toBe('0.25 ms')
})

test('an estimate stands with its interval; without bounds it says so', () => {
  expect(formatEffect(effect(0.231, 0.0114))).toBe('0.231 ms [0.220, 0.242]')
  expect(formatEffect(effect(0.231, null))).toBe('0.231 ms [insufficient, needs 6]')
  expect(formatInterval(null, 2)).toBe('[-inf, 2.000]')
})

test('levels are percentages', () => {
  expect([0.95, 0.995, 0.9].map((level) => formatLevel(level))).toEqual(['95 %', '99.5 %', '90 %'])
})
