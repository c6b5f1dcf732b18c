import { test } from 'vitest'
import { runGate } from '../src/vitest/gate-run.ts'

// Is the candidate slower than the base? Two agents in the same blocks on one HAProxy, started anew in every round.
test('the candidate is not slower than the base', { timeout: 30 * 60_000 }, async ({ signal }) => {
  const { outcome, reasons } = await runGate(signal)
  if (outcome !== 'within')
    throw new Error(`Expected the gate to pass, it is ${outcome}: ${reasons.join('; ')}`)
})
