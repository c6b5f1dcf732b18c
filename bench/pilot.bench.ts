import { expect, test } from 'vitest'
import { blindTrial } from '../src/vitest/blind-trial.ts'

// How much do block differences spread here and now? Enough blocks of every latency to plan a run from.
const trial = blindTrial({
  agentSleepsMs: [0, 1, 10, 100, 1000],
  requests: [200],
  addsAtMost: { ms: 2 },
})

test.for(trial.latencies.flatMap((latency) => latency.cases))(
  'agent sleeps $latencyMs ms',
  async (row, context) => {
    const result = await trial.measure(row, context)
    expect(result.overheadMs?.count).toBe(row.requests)
  },
)
