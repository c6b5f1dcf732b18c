import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom, deriveKey } from './random.ts'

const key = deriveKey(Buffer.from('a seed'), 'a label')

test('the same key gives the same sequence, another label another one', () => {
  const draw = (label: string): number[] => {
    const random = createRandom(deriveKey(Buffer.from('a seed'), label))
    return Array.from({ length: 20 }, () => random.uint32())
  }
  expect(draw('a label')).toEqual(draw('a label'))
  expect(draw('a label')).not.toEqual(draw('another label'))
})

test('a shuffle keeps every item', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (items) => {
      const byValue = (a: number, b: number): number => a - b
      expect(createRandom(key).shuffle(items).toSorted(byValue)).toEqual(items.toSorted(byValue))
    }),
  )
})

test('every order of three arms comes up equally often', () => {
  const random = createRandom(key)
  const draws = 60_000
  const counts = new Map<string, number>()
  for (let i = 0; i < draws; i++) {
    const order = random.shuffle(['a', 'b', 'c']).join('')
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  expect(counts.size).toBe(6)
  // Chi-squared with 5 degrees of freedom: 20.5 is its 99.9 % point; the key is fixed, so this never flickers.
  const expected = draws / 6
  let chiSquared = 0
  for (const count of counts.values()) chiSquared += (count - expected) ** 2 / expected
  expect(chiSquared).toBeLessThan(20.5)
})

test('below refuses what it can not draw from', () => {
  expect(() => createRandom(key).below(0)).toThrow('whole number from 1')
})
