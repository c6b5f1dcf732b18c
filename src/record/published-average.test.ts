import { expect, test } from 'vitest'
import { publishedAverages, trueAverages } from './published-average.ts'

const ms = (value: number): number => value * 1_000_000

test('the first row is the plain mean of whole milliseconds', () => {
  expect(publishedAverages([[ms(1.9), ms(2.1)]])).toEqual([1.5])
})

test('the second row carries the first one along, divided by its own count', () => {
  // (1.5 + 1 + 1 + 1 + 1) / 4
  expect(publishedAverages([[ms(1.9), ms(2.1)], Array.from({ length: 4 }, () => ms(1.5))])).toEqual([
    1.5, 1.375,
  ])
})

test('working back undoes carrying along', () => {
  const printed = publishedAverages([[ms(3), ms(4)], [ms(5), ms(6), ms(7), ms(9)], [ms(2)]])
  expect(trueAverages(printed, [2, 4, 1])).toEqual([3.5, 6.75, 2])
})

test('the seed: 0.4 ms over 10 requests leaves 0.02 ms over 100 and nothing but the artefact over 1000', () => {
  const [ten, hundred, thousand] = trueAverages([0.4, 0.024, 0.003024], [10, 100, 1000]) as [
    number,
    number,
    number,
  ]
  expect(ten).toBeCloseTo(0.4, 12)
  expect(hundred).toBeCloseTo(0.02, 12)
  expect(thousand).toBeCloseTo(0.003, 12)
})
