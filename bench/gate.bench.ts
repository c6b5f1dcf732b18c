import { test } from 'vitest'
import { openGate } from '../src/vitest/gate-run.ts'

// Is the candidate slower than the base? Two agents in the same blocks on one HAProxy, started anew in every round.
const gate = openGate()

test('base and candidate are measured', { timeout: 30 * 60_000 }, async (context) => {
  await gate.measure(context)
})

test.for(gate.latencies)('$name: the candidate is not slower than the base', ({ latencyMs }, context) => {
  gate.expectNotSlower(latencyMs, context)
})
