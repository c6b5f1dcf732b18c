import { expect, test } from 'vitest'
import { renderProgressLine, renderProgressPlain } from './progress-line.ts'

const progress = {
  caseIndex: 1,
  caseCount: 16,
  label: '10 ms × 100',
  blocksDone: 25,
  blocksTotal: 100,
  etaMs: 62_001,
}
const healthy = {
  ...progress,
  health: { placebo: { estimateMs: 0.001, isBeyond: false }, stealShare: 0, lateShare: 0 },
}

test('a live line says which case, how far, how long it still takes, and how the run is', () => {
  expect(renderProgressLine(progress, 80)).toBe(
    'case  2/16  10 ms × 100  [#####...............]  block 25/100  1 min 03 s left',
  )
  expect(renderProgressLine(healthy, 120)).toBe(
    'case  2/16  10 ms × 100  [#####...............]  block 25/100  1 min 03 s left  ✓ placebo  ✓ steal  ✓ event loop',
  )
})

test.for([10, 20, 40, 60, 80, 120])('it fits in %i columns', (width) => {
  const ill = { ...healthy, health: { ...healthy.health, stealShare: 0.4, lateShare: 0.3 } }
  for (const one of [progress, healthy, ill])
    expect(renderProgressLine(one, width).length).toBeLessThanOrEqual(width)
})

test('narrow, the bar goes first, then the lights move together and become one word; the time left stays', () => {
  expect(renderProgressLine(progress, 60)).toBe('case  2/16  10 ms × 100  block 25/100  1 min 03 s left')
  expect(renderProgressLine(healthy, 79)).toBe(
    'case  2/16  10 ms × 100  25/100  1 min 03 s left  ✓ placebo ✓ steal ✓ loop',
  )
  expect(renderProgressLine(healthy, 60)).toBe('case  2/16  10 ms × 100  25/100  1 min 03 s left  ✓ health')
  expect(renderProgressLine(healthy, 50)).toBe('case  2/16  25/100  1 min 03 s left  ✓ health')
  expect(renderProgressLine(healthy, 36)).toBe('case  2/16  1 min 03 s left')
})

test('what is not well is said at any width that has room for it', () => {
  const ill = { ...healthy, health: { ...healthy.health, stealShare: 0.031 } }
  expect(renderProgressLine(ill, 79)).toBe('case  2/16  10 ms × 100  25/100  1 min 03 s left  ! steal 3.1 %')
})

test('without a terminal: the same on a line of its own, with the blocks of the whole run', () => {
  expect(renderProgressPlain({ ...healthy, all: { done: 150, total: 1200 } })).toBe(
    'case  2/16  10 ms × 100  25 of 100 blocks, 150 of 1200 in all  1 min 03 s left  ✓ placebo  ✓ steal  ✓ event loop',
  )
  expect(renderProgressPlain({ ...progress, etaMs: null })).toBe('case  2/16  10 ms × 100  25 of 100 blocks')
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
