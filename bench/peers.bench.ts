import { expect, test } from 'vitest'
import { runPeers } from '../src/vitest/peers-run.ts'

// Agents beside ours on one HAProxy: what each adds to a request, what it serves under load, what it costs.
test('our agent beside the peers that were named', async ({ signal }) => {
  const { figures } = await runPeers(
    { warmUpBlocks: 20, intervalMs: 3, jitterMs: 1, roundWarmUpMs: 200, connections: 16, level: 0.95 },
    signal,
  )
  // Who is faster is read from the table; a request that passed its agent by has failed the run by now.
  expect(figures[0]?.name).toBe('ours')
})
