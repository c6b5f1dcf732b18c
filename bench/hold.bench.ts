import { describe, expect, test } from 'vitest'
import { blindTrial } from '../src/vitest/blind-trial.ts'

// Is it as fast as when this machine's baseline was saved? The design is that of matrix.bench.ts, whose runs are
// what the baseline is made of; with another one nothing is compared.
const trial = blindTrial({
  agentSleepsMs: [0, 1, 10, 100, 1000],
  requests: [10, 100, 1000],
  addsAtMost: { ms: 2 },
  hasDecoy: true,
})
const baseline = trial.baseline({ suite: 'matrix', slowerByAtMost: { ms: 0.15 } })

describe.for(trial.latencies)('agent sleeps $latencyMs ms', (latency) => {
  test.for(latency.cases)('$requests requests', async (row, context) => {
    await trial.measure(row, context)
  })

  test('is no slower than the baseline by 0.15 ms', () => {
    expect(trial.pooled(latency)).toHoldAgainst(baseline)
  })
})

test('the decoy is found', async (context) => {
  await trial.findDecoy(context)
})

test('the run is valid', async () => {
  await trial.expectValid()
})
