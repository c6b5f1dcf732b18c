import { expect, test } from 'vitest'
import { createStealWatch } from './steal-watch.ts'

function times(
  totalMs: number,
  stealMs: number,
): { busyMs: number; idleMs: number; stealMs: number; totalMs: number } {
  return { busyMs: 0, idleMs: 0, stealMs, totalMs }
}

test('the share since it was started anew, and what was known until a second has passed', () => {
  const read = [
    times(0, 0),
    times(500, 100),
    times(2000, 100),
    times(3000, 500),
    times(3500, 500),
    times(5000, 700),
  ]
  const watch = createStealWatch(() => read.shift() ?? null)
  expect(watch.share()).toBeNull()
  expect(watch.share()).toBe(0.05)
  watch.restart()
  // Of the young one nothing is known yet: the share before it, 500 of 3000.
  expect(watch.share()).toBeCloseTo(1 / 6, 9)
  expect(watch.share()).toBe(0.1)
})

test('a system that does not tell', () => {
  expect(createStealWatch(() => null).share()).toBeUndefined()
})

test('this system', () => {
  expect([null, undefined]).toContain(createStealWatch().share())
})
