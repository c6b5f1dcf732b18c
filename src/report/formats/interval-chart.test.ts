import { expect, test } from 'vitest'
import { renderIntervalChart } from './interval-chart.ts'

test('intervals, nought and the margin lie on one scale', () => {
  const rows = [
    { label: '0 ms', estimate: 0.5, lower: 0.25, upper: 0.75 },
    { label: '10 ms', estimate: 1, lower: 0.75, upper: 1.25 },
    { label: '1 ms', estimate: 0.25, lower: null, upper: null },
  ]
  expect(renderIntervalChart(rows, { marginMs: 2, width: 33 })).toEqual([
    ' 0 ms │   ├───●───┤                   ┊',
    '10 ms │           ├───●───┤           ┊',
    ' 1 ms │   ○                           ┊',
    '      0                            2 ms',
  ])
})

test('a margin far above everything is left out, a difference below nought has a side of its own', () => {
  const rows = [{ label: 'a', estimate: 0, lower: -0.1, upper: 0.1 }]
  expect(renderIntervalChart(rows, { marginMs: 2, width: 21 })).toEqual([
    'a ├─────────●─────────┤',
    '  -0.1      0    0.1 ms',
  ])
})

test('no rows, and rows of nothing but nought, still have an axis', () => {
  expect(renderIntervalChart([], { marginMs: 2, width: 11 })).toEqual([' 0      2 ms'])
  const nought = [{ label: 'a', estimate: 0, lower: 0, upper: 0 }]
  expect(renderIntervalChart(nought, { marginMs: 2, width: 11 })).toEqual(['a ●', '  0      2 ms'])
})
