import { expect, test } from 'vitest'
import { runVersions } from '../src/vitest/versions-run.ts'

// HAProxy releases side by side: one agent, all of them up at once, a request to each in every block.
test('the overhead of SPOE, release by release', async ({ signal }) => {
  const { reasons } = await runVersions(
    { warmUpBlocks: 20, intervalMs: 3, jitterMs: 1, lateShare: 0.05, level: 0.95 },
    signal,
  )
  // Which release costs more is read from the table; what can't be believed fails.
  expect(reasons).toEqual([])
})
