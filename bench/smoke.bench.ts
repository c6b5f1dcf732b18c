import { expect, test } from 'vitest'
import { blindTrial } from '../src/vitest/blind-trial.ts'

// Does the harness work on this machine? A few blocks of three cases; nothing about time is asserted.
const trial = blindTrial({
  agentSleepsMs: [0, 10, 100],
  requests: [12],
  addsAtMost: { ms: 2 },
  lateShare: 1,
})

test.for(trial.latencies.flatMap((latency) => latency.cases))(
  'agent sleeps $latencyMs ms',
  async (row, context) => {
    const result = await trial.measure(row, context)
    expect(result.arms.offload?.count).toBe(row.requests)
    expect(result.agentSleepMs?.min).toBeGreaterThanOrEqual(row.latencyMs)
  },
)

test('the run is valid', async () => {
  await trial.expectValid()
})
