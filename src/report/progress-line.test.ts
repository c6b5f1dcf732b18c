import { expect, test } from 'vitest'
import { renderProgressLine, renderProgressStart } from './progress-line.ts'

const progress = {
  caseIndex: 1,
  caseCount: 16,
  label: '10 ms x 100',
  blocksDone: 25,
  blocksTotal: 100,
  etaMs: 62_001,
}

test('a live line says which case, how far, and how long it still takes', () => {
  expect(renderProgressLine(progress, 80)).toBe(
    'case  2/16  10 ms x 100  [#####...............]  block 25/100  1 min 03 s left',
  )
})

test.for([10, 20, 40, 60, 80])('it fits in %i columns', (width) => {
  expect(renderProgressLine(progress, width).length).toBeLessThanOrEqual(width)
})

test('narrow, the bar goes first and the time left stays', () => {
  expect(renderProgressLine(progress, 60)).toBe('case  2/16  10 ms x 100  block 25/100  1 min 03 s left')
})

test('without a terminal: one line as the case starts', () => {
  expect(renderProgressStart(progress)).toBe('case  2/16  10 ms x 100  100 blocks  1 min 03 s left')
  expect(renderProgressStart({ ...progress, etaMs: null })).toBe('case  2/16  10 ms x 100  100 blocks')
})

test.for([
  [0, '0 s'],
  [44_100, '45 s'],
  [60_000, '1 min 00 s'],
  [3_900_000, '1 h 05 min'],
] as const)('%i ms left reads %s', ([etaMs, text]) => {
  expect(renderProgressLine({ ...progress, etaMs }, 80)).toContain(`  ${text} left`)
})

test('a case of no blocks is no division by nought', () => {
  expect(renderProgressLine({ ...progress, blocksDone: 0, blocksTotal: 0 }, 80)).toContain(
    '[....................]',
  )
})
