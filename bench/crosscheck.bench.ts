import { expect, test } from 'vitest'
import { runCrosscheck } from '../src/vitest/crosscheck-run.ts'

// Does an outside clock see the same overhead? Two clients, one schedule, the same frontends, 1,000 blocks each.
test('a client that is not ours agrees within 0.05 ms', async ({ signal }) => {
  const { difference } = await runCrosscheck({ latencyMs: 0, turns: 10, blocksPerTurn: 100, signal })
  // Fails when the clients are shown to differ by more than that, not when noise hides whether they do.
  expect(difference.bounds.lower).toBeLessThan(0.05)
  expect(difference.bounds.upper).toBeGreaterThan(-0.05)
})
