import { expect, test } from 'vitest'
import { runRates } from '../src/vitest/rates-run.ts'

// Up to which rate HAProxy holds with an agent and without, and what is full first: open loop, from idle to past
// saturation, connections kept and new.
test('latency under load', async ({ signal }) => {
  const { reasons } = await runRates({ level: 0.95 }, signal)
  // Which rate is too much is read from the table; what can't be believed fails.
  expect(reasons).toEqual([])
})
