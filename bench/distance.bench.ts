import { expect, test } from 'vitest'
import { runDistance } from '../src/vitest/distance-run.ts'

// A network between HAProxy and its agent: a message takes one round trip and no more.
test('one round trip for a message', async ({ signal }) => {
  const { outcome } = await runDistance(
    {
      delaysMs: [0, 0.2, 1, 5],
      warmUpBlocks: 20,
      intervalMs: 4,
      jitterMs: 1,
      connects: 200,
      level: 0.95,
    },
    signal,
  )
  expect(outcome).toBe('within')
})
