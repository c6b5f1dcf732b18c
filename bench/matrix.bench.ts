import { describe, expect, test } from 'vitest'
import { blindTrial } from '../src/vitest/blind-trial.ts'

// The question: what does an offload add to a request, beyond the time that its agent takes to answer?
const trial = blindTrial({
  agentSleepsMs: [0, 1, 10, 100, 1000],
  requests: [10, 100, 1000],
  addsAtMost: { ms: 2 },
  asIsBeside: { latencyMs: 10, requests: 1000 },
  hasDecoy: true,
})

describe.for(trial.latencies)('agent sleeps $latencyMs ms', (latency) => {
  test.for(latency.cases)('$requests requests', async (row, context) => {
    await trial.measure(row, context)
  })

  test(`adds at most 2 ms, all ${latency.blocks} blocks`, () => {
    expect(trial.pooled(latency)).toAddAtMost({ ms: 2 })
  })
})

test.for(trial.beside)(
  'agent sleeps $latencyMs ms, $requests requests, the machine as it is',
  async (row, context) => {
    await trial.measure(row, context)
  },
)

test('the decoy is found', async (context) => {
  await trial.findDecoy(context)
})

test('the run is valid', async () => {
  await trial.expectValid()
})
