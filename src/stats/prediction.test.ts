import { expect, test } from 'vitest'
import { createRandom } from '../record/random.ts'
import { normalQuantile } from './normal.ts'
import { predictionReach, predictNext, testPrediction } from './prediction.ts'

test('worked by hand: 1, 2, 3, 4, 5', () => {
  const prediction = predictNext([1, 2, 3, 4, 5])
  expect(prediction).toMatchObject({ count: 5, mean: 3 })
  expect(prediction.deviation).toBeCloseTo(Math.sqrt(2.5), 12)
  expect(prediction.standardError).toBeCloseTo(Math.sqrt(2.5 * 1.2), 12)
  // t(4, 0.975) = 2.776445
  expect(predictionReach(prediction, 0.95)).toBeCloseTo(2.776445 * Math.sqrt(3), 4)
})

test('a p is at most alpha exactly when the bound has passed the margin', () => {
  const prediction = predictNext([0.21, 0.25, 0.22, 0.26, 0.23, 0.24])
  for (const alpha of [0.2, 0.05, 0.01]) {
    const reach = predictionReach(prediction, 1 - 2 * alpha)
    const at = prediction.mean + 0.1
    expect(testPrediction(prediction, at - reach - 1e-9, 0.1).within).toBeLessThan(alpha)
    expect(testPrediction(prediction, at - reach + 1e-9, 0.1).within).toBeGreaterThan(alpha)
    expect(testPrediction(prediction, at + reach + 1e-9, 0.1).exceeds).toBeLessThan(alpha)
    expect(testPrediction(prediction, at + reach - 1e-9, 0.1).exceeds).toBeGreaterThan(alpha)
  }
})

test('simulated: the interval of five runs holds the sixth in 95 of 100 cases, that of their mean would not', () => {
  const random = createRandom(new Uint8Array(32).fill(11))
  const draw = (): number => normalQuantile((random.below(1_000_000) + 0.5) / 1_000_000)
  const cases = 4_000
  let held = 0
  let heldByMean = 0
  for (let index = 0; index < cases; index++) {
    const prediction = predictNext([draw(), draw(), draw(), draw(), draw()])
    const distance = Math.abs(draw() - prediction.mean)
    const reach = predictionReach(prediction, 0.95)
    if (distance <= reach) held++
    if (distance <= reach / Math.sqrt(6)) heldByMean++
  }
  // Four standard errors of a share of 0.95.
  expect(Math.abs(held / cases - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / cases))
  expect(heldByMean / cases).toBeLessThan(0.75)
})

test('without any spread only the side of the margin counts', () => {
  const prediction = predictNext([0.25, 0.25, 0.25])
  expect(testPrediction(prediction, 0.3, 0.1)).toEqual({ within: 0, exceeds: 1 })
  expect(testPrediction(prediction, 0.4, 0.1)).toEqual({ within: 1, exceeds: 0 })
})

test('one observation has no spread to predict by', () => {
  expect(() => predictNext([1])).toThrow(expect.objectContaining({ code: 'EMPTY_SAMPLE' }))
  expect(() => predictNext([1, Number.NaN])).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }))
})
