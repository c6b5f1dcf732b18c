import { expect, test } from 'vitest'
import { runGateSelftest } from '../src/vitest/gate-selftest-run.ts'

// How often does the gate cry wolf, and what does it find? Whole gates whose right answer is known.
const minutes = Number(process.env['SPOE_BENCH_MINUTES'] ?? 5)

test('gates with a known answer', { timeout: (minutes + 30) * 60_000 }, async ({ signal }) => {
  const { measured } = await runGateSelftest({ minutes, signal })
  expect(measured).toBeGreaterThan(0)
})
