import { expect, test } from 'vitest'
import { runCalibration } from '../src/vitest/calibrate-run.ts'

// How often is the analysis wrong on this machine? Comparisons whose right answer is known, for as long as one likes.
const minutes = Number(process.env['SPOE_BENCH_MINUTES'] ?? 5)
const agentSleepsMs = (process.env['SPOE_BENCH_SLEEPS'] ?? '0').split(',').map(Number)

test('comparisons with a known answer', { timeout: (minutes + 5) * 60_000 }, async ({ signal }) => {
  const { measured } = await runCalibration({ minutes, blocks: 1000, agentSleepsMs, signal })
  expect(measured).toBeGreaterThan(0)
})
