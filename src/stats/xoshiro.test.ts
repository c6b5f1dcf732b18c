import { expect, test } from 'vitest'
import { createXoshiro, scaleWord } from './xoshiro.ts'

test('draws what the published recurrence draws', () => {
  // State 1, 2, 3, 5 as pairs of 16-bit halves; expected words from the recurrence with big integers in Python.
  const halves = [0, 1, 0, 2, 0, 3, 0, 5]
  const next = createXoshiro({ below: () => halves.shift()! })
  expect(Array.from({ length: 6 }, next)).toEqual([11520, 0, 5921280, 82609920, 406357796, 694750747])
})

test('a seed of noughts still moves', () => {
  const next = createXoshiro({ below: () => 0 })
  expect(new Set(Array.from({ length: 100 }, next)).size).toBeGreaterThan(90)
})

test('words scale to the whole range and no further', () => {
  expect([0, 2 ** 31, 2 ** 32 - 1].map((word) => scaleWord(word, 10))).toEqual([0, 5, 9])
})
