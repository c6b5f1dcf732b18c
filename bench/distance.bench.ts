import { expect, test } from 'vitest'
import { runDistance } from '../src/vitest/distance-run.ts'

// A network between HAProxy and its agent: a message takes one round trip and no more, give or take a tenth of one,
// which was settled before the first run that was judged by it (METHODOLOGY.md).
test('one round trip for a message', async ({ signal }) => {
  const { outcome } = await runDistance(
    {
      delaysMs: [0, 0.2, 1, 5],
      warmUpBlocks: 20,
      intervalMs: 4,
      jitterMs: 1,
      level: 0.9,
      margin: 0.1,
    },
    signal,
  )
  expect(outcome).toBe('within')
})
