import { expect, test } from 'vitest'
import { renderLights, renderShortLights, renderTightLights } from './health-lights.ts'

const well = { placebo: { estimateMs: 0.004, isBeyond: false }, stealShare: 0, lateShare: 0.01 }

test('a mark and a word for each; what is not known yet has a mark of its own, what can not be known has none', () => {
  expect(renderLights(well)).toBe('✓ placebo  ✓ steal  ✓ event loop')
  expect(renderLights({ placebo: null, stealShare: null, lateShare: null })).toBe(
    '· placebo  · steal  · event loop',
  )
  expect(renderLights({ lateShare: 0 })).toBe('✓ event loop')
  expect(renderLights({})).toBe('')
})

test.for([
  [{ placebo: { estimateMs: -0.031, isBeyond: true } }, '! placebo -0.031 ms'],
  [{ stealShare: 0.021 }, '! steal 2.1 %'],
  [{ stealShare: 0.314 }, '! steal 31 %'],
  [{ lateShare: 0.07 }, '! event loop 7.0 % late'],
] as const)('%j is not well', ([change, words]) => {
  expect(renderLights({ ...well, ...change })).toContain(words)
  expect(renderShortLights({ ...well, ...change })).toBe(words)
})

test('the limits themselves are well, as they are for the warnings of a finished case', () => {
  expect(renderLights({ stealShare: 0.02, lateShare: 0.05 })).toBe('✓ steal  ✓ event loop')
})

test('tight: the same lights, closer together', () => {
  expect(renderTightLights(well)).toBe('✓ placebo ✓ steal ✓ loop')
})

test('short: one word as long as nothing is wrong', () => {
  expect(renderShortLights(well)).toBe('✓ health')
  expect(renderShortLights({ ...well, placebo: null })).toBe('✓ health')
  expect(renderShortLights({ placebo: null, lateShare: null })).toBe('· health')
  expect(renderShortLights({})).toBe('')
})
