import { describe, expect, test } from 'vitest'
import { blindTrial, isSeedExact } from '../src/vitest/blind-trial.ts'

// One request at a time, as the article did it. Most of its 45 minutes the machine waits, and a machine that
// waits wakes slowly: these figures are not those of the matrix, and are never mixed with them.
const trial = blindTrial({
  condition: 'sequential',
  agentSleepsMs: [0, 1, 10, 100, 1000],
  requests: [10, 100, 1000],
  addsAtMost: { ms: 2 },
  arms: isSeedExact() ? ['offload'] : ['bypass', 'offload'],
})

describe.for(trial.latencies)('agent sleeps $latencyMs ms', (latency) => {
  test.for(latency.cases)('$requests requests', async (row, context) => {
    await trial.measure(row, context)
  })

  // The article alone has no control, so it can claim no overhead.
  test.skipIf(isSeedExact())(`adds at most 2 ms, all ${latency.blocks} blocks`, () => {
    expect(trial.pooled(latency)).toAddAtMost({ ms: 2 })
  })
})

test('the run is valid', async () => {
  await trial.expectValid()
})
